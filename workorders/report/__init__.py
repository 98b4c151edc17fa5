"""The service report (服务报告): frozen facts of a finished order, its versions, and their PDFs."""
