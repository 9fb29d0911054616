"""Posts of the Meta Content Library, Facebook and Instagram, as CSV, Parquet or JSON Lines with dotted columns.

Reads     what the library's interface answers once its nested members have dotted names, as its R and Python clients
          and its downloads write it: id, creation_time, text, lang, post_owner.id, .name, .username, shared_post_id,
          link_attachment.link, hashtags, mentions, statistics.views.
Gives     actor: post_owner.id, who wrote it (the surface it was put on rides along as `place`).
Edges     `text` and `post_owner.username` come only where they were asked for. A reshare names the post it shares but
          not when that was; its text is the sharer's own and is kept, its attachment is the original's and is not.
          `statistics.views` is empty, not zero, where nobody counted. Ids are numbers of 15 to 17 digits: a table that
          went through a spreadsheet has lost some and is refused.
Limits    no images beyond `multimedia`, which says only that there are some; no creation of accounts; deleted posts
          are not in the library. Facebook unless `--platform instagram` is given: the table does not say.
Source    developers.facebook.com, Content Library data dictionary; columns of published tools that read its CSV.
"""
