"""Reports: text by people between figures that can be asked again, written as page, paper, tables and objects."""
