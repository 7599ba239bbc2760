package source

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"waudit/ingest/row"
)

var postgres = engine{name: "postgresql", quote: `"`, open: openPostgres, check: checkPostgres, problem: postgresProblem}

// The object ids of the types that are no text. They are the same in every server.
const (
	pgBool, pgBytes, pgJSON, pgJSONB, pgInstant = 16, 17, 114, 3802, 1184
	pgInt2, pgInt4, pgInt8, pgID                = 21, 23, 20, 26
	pgFloat4, pgFloat8, pgNumeric               = 700, 701, 1700
)

// connectPostgres finds the password where PostgreSQL's own tools do: the address,
// PGPASSWORD, ~/.pgpass, the service file.
func connectPostgres(ctx context.Context, d *database) (*pgconn.PgConn, error) {
	config, err := pgconn.ParseConfig(d.address.String())
	if err != nil { // the error quotes the address, or a file
		return nil, misconfigured("it is no address of a PostgreSQL database, or its parameters or PGSERVICE are wrong", "write "+addressForm)
	}
	config.ConnectTimeout = cmp.Or(config.ConnectTimeout, connectLimit)
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "waudit"
	}
	return pgconn.ConnectConfig(ctx, config)
}

func checkPostgres(ctx context.Context, d *database) error {
	conn, err := connectPostgres(ctx, d)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Prepare(ctx, "", d.query, nil)
	return err
}

// openPostgres asks for one state of the table, and for its rows in the order in which
// they are stored unless the query says otherwise, so that they can be found again.
// The server writes times for UTC; only what other servers of its kind lack is set if
// it is there.
func openPostgres(ctx context.Context, d *database) (rows, error) {
	conn, err := connectPostgres(ctx, d)
	if err != nil {
		return nil, err
	}
	const begin = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO';
		SELECT set_config(name, value, true) FROM pg_settings JOIN (VALUES ('synchronize_seqscans', 'off'),
		('max_parallel_workers_per_gather', '0'), ('bytea_output', 'hex')) AS wanted (name, value) USING (name)`
	if _, err := conn.Exec(ctx, begin).ReadAll(); err != nil {
		conn.Close(ctx)
		return nil, err
	}
	r := &postgresRows{ctx: ctx, conn: conn, result: conn.ExecParams(ctx, d.query, nil, nil, nil, nil)}
	return r, nil
}

// postgresRows are what a query gives, as texts, which are exact for every type. They
// come as fast as they are read: neither side holds them all.
type postgresRows struct {
	ctx    context.Context
	conn   *pgconn.PgConn
	result *pgconn.ResultReader
	types  []uint32
	row    row.Row
}

func (r *postgresRows) next() (*row.Row, error) {
	if !r.result.NextRow() {
		_, err := r.result.Close()
		return nil, cmp.Or(err, io.EOF)
	}
	if r.row.Columns == nil {
		r.row.Columns = &row.Columns{}
		for _, field := range r.result.FieldDescriptions() {
			r.row.Columns.Names = append(r.row.Columns.Names, field.Name)
			r.types = append(r.types, field.DataTypeOID)
		}
	}
	r.row.Cells = r.row.Cells[:0]
	for i, value := range r.result.Values() {
		r.row.Cells = append(r.row.Cells, postgresCell(r.types[i], value))
	}
	return &r.row, nil
}

func (r *postgresRows) close() { _ = r.conn.Close(r.ctx) }

// postgresCell returns the cell of a value of that type, nil for none.
func postgresCell(oid uint32, value []byte) row.Cell {
	if value == nil {
		return row.Cell{}
	}
	text := string(value)
	switch oid {
	case pgBool:
		return row.Cell{Kind: row.Bool, Int: int64(strings.Count(text, "t"))}
	case pgInt2, pgInt4, pgInt8, pgID:
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return row.Cell{Kind: row.Int, Int: n}
		}
	case pgFloat4, pgFloat8, pgNumeric:
		return row.Cell{Kind: row.Float, Text: text}
	case pgJSON, pgJSONB:
		return jsonCell(text)
	case pgInstant:
		return row.Cell{Kind: row.Text, Text: zoned(text)}
	case pgBytes:
		if data, err := hex.DecodeString(strings.TrimPrefix(text, `\x`)); err == nil {
			return bytesCell(data)
		}
	}
	return row.Cell{Kind: row.Text, Text: text}
}

func postgresProblem(err error) *storeError {
	answer, ok := errors.AsType[*pgconn.PgError](err)
	switch {
	case !ok && strings.Contains(err.Error(), "SASL") && strings.Contains(err.Error(), "password"), ok && strings.HasPrefix(answer.Code, "28"):
		return wrongLogin("PGPASSWORD, ~/.pgpass or PGSERVICE")
	case !ok:
		return nil
	case answer.Code == "3D000":
		return noDatabase()
	case answer.Code == "42P01":
		return noTable(answer.Message)
	case answer.Code == "42501":
		return noRight(answer.Message)
	case answer.Code == "25006":
		return wouldWrite()
	case strings.HasPrefix(answer.Code, "42"), answer.Code == "0A000":
		return badQuery(answer.Message)
	}
	return refusal(Unreadable, "the server gave it up", answer.Message+", SQLSTATE "+answer.Code, "")
}
