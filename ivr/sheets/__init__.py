"""Sheets of other programs as rows of cells, read one row at a time: CSV and Excel workbooks, whoever made them."""
