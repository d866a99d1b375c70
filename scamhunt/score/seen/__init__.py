"""Everything that may be seen at a target and says something about it.

A signal is a small function from a `Scene` to a strength and a sentence, or None where it does not apply. Its weight
(log-odds at strength 1) stands in `data/scoring/seen_model.json`, set by hand. To add one:

1. write it in the file that fits, with findings in which it must and must not speak;
2. give it its weight, with a sentence that says why, in `data/scoring/seen_model.json`, in the order of the code;
3. add its row to the table of docs/judging.md.
"""
