"""What is done in child processes: functions of plain data that open strangers' media."""
