// Command waudit audits WhatsApp bills from message logs.
package main

import "waudit/cmd"

func main() { cmd.Execute() }
