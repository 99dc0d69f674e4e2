package archive

// ParseRecord and AppendRecord read and write a line.
var (
	ParseRecord  = parseRecord
	AppendRecord = appendRecord
)
