"""No tables of its own; Django tells an app that migrations are done only if it has this module."""
