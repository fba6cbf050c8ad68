"""What a statement must be and how it is written: read strictly, judged by the rules of xAPI, compared, worded."""
