"""Who may touch which table: grants and row-level security, said once and applied after every migration."""
