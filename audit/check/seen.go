package check

// Seen is a set of what judged messages show of what checks go by.
type Seen uint16

// What messages show.
const (
	SeenPricing          Seen = 1 << iota // pricing
	SeenOwnPricing                        // pricing that is not just a price with a provider's fee in it
	SeenTemplateCategory                  // the template's category, from elsewhere than the pricing
	SeenConversation                      // the id of a conversation
	SeenExpiry                            // when a window expires
	SeenBillLines                         // lines of bills that name them
	SeenAmount                            // a price
	SeenRate                              // a price of which the account's own card has the rate
	SeenTiers                             // one of which the card has volume tiers
	SeenAuthCharge                        // a charge that is named authentication
)

// toldCharge is what formats record of which one tells of a charge.
func toldCharge() []string { return []string{"pricing", "category", "amount"} }
