"""What an ad says and needs: who pays from where, whom it aims at, what it shares with others."""
