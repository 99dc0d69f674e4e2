package archive

// ParseRecord reads a line.
var ParseRecord = parseRecord
