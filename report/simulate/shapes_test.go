package simulate

import "encoding/json"

// flatRecord is waudit's own record: a row for each thing that happened.
type flatRecord struct {
	Event            string `json:"event"`
	Timestamp        string `json:"timestamp"`
	WABA             string `json:"waba_id"`
	Number           string `json:"phone_number_id"`
	User             string `json:"wa_id,omitempty"`
	UserID           string `json:"user_id,omitempty"`
	Group            string `json:"group_id,omitempty"`
	Participant      string `json:"participant_id,omitempty"`
	Message          string `json:"message_id"`
	Type             string `json:"message_type,omitempty"`
	Template         string `json:"template_name,omitempty"`
	TemplateCategory string `json:"template_category,omitempty"`
	Language         string `json:"template_language,omitempty"`
	Conversation     string `json:"conversation_id,omitempty"`
	Origin           string `json:"conversation_origin,omitempty"`
	Expires          string `json:"conversation_expiration,omitempty"`
	Billable         *bool  `json:"billable,omitempty"`
	Model            string `json:"pricing_model,omitempty"`
	Pricing          string `json:"pricing_type,omitempty"`
	Category         string `json:"pricing_category,omitempty"`
	Amount           string `json:"amount,omitempty"`
	Currency         string `json:"currency,omitempty"`
	Referral         string `json:"referral_source_type,omitempty"`
	ClickID          string `json:"ctwa_clid,omitempty"`
	Error            string `json:"error_code,omitempty"`
	Line             string `json:"line_id,omitempty"`
}

// The shapes of what Meta tells, as far as they are read here.
type (
	metaStatus struct {
		ID            string            `json:"id"`
		Status        string            `json:"status"`
		Timestamp     string            `json:"timestamp"`
		Recipient     string            `json:"recipient_id"`
		RecipientUser string            `json:"recipient_user_id,omitempty"`
		RecipientType string            `json:"recipient_type,omitempty"`
		Participant   string            `json:"recipient_participant_id,omitempty"`
		Conversation  *metaConversation `json:"conversation,omitempty"`
		Pricing       *metaPricing      `json:"pricing,omitempty"`
		Errors        []metaError       `json:"errors,omitempty"`
	}
	metaConversation struct {
		ID      string            `json:"id"`
		Expires string            `json:"expiration_timestamp,omitempty"`
		Origin  map[string]string `json:"origin"`
	}
	metaPricing struct {
		Billable bool   `json:"billable"`
		Model    string `json:"pricing_model"`
		Type     string `json:"type,omitempty"`
		Category string `json:"category"`
	}
	metaError struct {
		Code    int               `json:"code"`
		Title   string            `json:"title"`
		Message string            `json:"message,omitempty"`
		Data    map[string]string `json:"error_data,omitempty"`
	}
	metaTemplateChange struct {
		ID       uint64 `json:"message_template_id"`
		Name     string `json:"message_template_name"`
		Language string `json:"message_template_language"`
		Previous string `json:"previous_category,omitempty"`
		New      string `json:"new_category"`
		Correct  string `json:"correct_category,omitempty"` // to come
		From     int64  `json:"category_update_timestamp,omitempty"`
	}
	metaAnalytics struct {
		Currency string     `json:"currency"`
		Pricing  *metaBlock `json:"pricing_analytics,omitempty"`
		Talks    *metaBlock `json:"conversation_analytics,omitempty"`
		ID       string     `json:"id"`
	}
	metaBlock struct {
		Data []metaPoints `json:"data"`
	}
	metaPoints struct {
		Points []metaPoint `json:"data_points"`
	}
	metaPoint struct {
		Start        int64       `json:"start"`
		End          int64       `json:"end"`
		Conversation int64       `json:"conversation,omitempty"`
		Phone        string      `json:"phone_number"`
		Country      string      `json:"country"`
		ConvType     string      `json:"conversation_type,omitempty"`
		ConvCategory string      `json:"conversation_category,omitempty"`
		Type         string      `json:"pricing_type,omitempty"`
		Category     string      `json:"pricing_category,omitempty"`
		Volume       int64       `json:"volume,omitempty"`
		Cost         json.Number `json:"cost"`
	}
)
