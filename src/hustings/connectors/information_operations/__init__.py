"""The labelled benchmark of information operations (Seckin et al. 2025): posts of campaigns and of their controls.

Reads     its Parquet files (`NAME.gzip.parquet`), or the same columns as CSV: postid, post_text, application_name,
          post_language, in_reply_to_postid, in_reply_to_accountid, post_time, accountid,
          account_profile_description, follower_count, following_count, account_creation_date, is_repost,
          reposted_accountid, reposted_postid, hashtags, urls, account_mentions, is_control.
Gives     the posts table; `control` rides along (true: an account of the comparison, false: one of the campaign), and
          `campaign`, which is the name of the file without what follows `_part`. `hustings score` reads both.
Edges     Ids, addresses, names are digests, the same within the release: they can be shared but not read. A list may
          be a list, or text that looks like one. `NONE`, `None`, `nan` are nothing.
Limits    posts of the campaigns come from an archive that told whole minutes, as far as published studies of it show:
          then nothing can be said of seconds, and a round minute alone tells a campaign from its controls. The command
          says so where most posts stand at whole minutes.
Source    Seckin, Pote, Nwala, Yin, Luceri, Flammini, Menczer 2025, doi:10.1609/icwsm.v19i1.35958; Zenodo 14189193
          (records of 26 campaigns, on request). The columns are from its readers' published code, not from the files.
"""
