package provider

// FreeEntryStart is when a free entry point began that ends then.
var FreeEntryStart = freeEntryStart
