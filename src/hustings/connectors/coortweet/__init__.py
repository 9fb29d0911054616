"""CooRTweet's layout: object_id, account_id, content_id, timestamp_share. See mapping.toml."""
