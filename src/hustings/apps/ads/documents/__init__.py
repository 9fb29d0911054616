"""Documents of advertisers: sealed before they are kept, opened at the desk alone, deleted on their day."""
