"""Reports on the platform: rows gathered as of a moment, drafts, versions that were approved by another, corrections, pages."""
