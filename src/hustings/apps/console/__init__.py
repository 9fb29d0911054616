"""The shell people work in: home, search, navigation, keyboard."""
