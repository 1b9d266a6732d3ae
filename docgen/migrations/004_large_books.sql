-- What is asked of a book for each new number is found without walking through the book.
CREATE INDEX entry_key ON entry (type, key);
CREATE INDEX entry_day ON entry (type, date, subject);
CREATE INDEX entry_date ON entry (series, year, date, ordinal);
