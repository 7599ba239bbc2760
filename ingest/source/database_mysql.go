package source

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"io"
	"log"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/go-sql-driver/mysql"
	"gopkg.in/ini.v1"

	"waudit/ingest/row"
)

var mysqlServer = engine{name: "mysql", quote: "`", open: openMySQL, check: checkMySQL, problem: mysqlProblem}

// connectMySQL finds what the address leaves out where MySQL's own tools do: MYSQL_PWD
// and the client's section of ~/.my.cnf.
func connectMySQL(d *database) (*sql.DB, error) {
	u := d.address
	values := u.Query()
	socket := values.Get("socket")
	values.Del("socket")
	config, err := mysql.ParseDSN("/?" + values.Encode())
	// A parameter that the driver does not know would be SET: password, for one.
	if err != nil || len(config.Params) > 0 { // the error may quote a parameter
		return nil, misconfigured("it is no address of a MySQL database, or its parameters are wrong", "write "+addressForm)
	}
	file := clientOptions()
	password, _ := u.User.Password()
	config.User = cmp.Or(u.User.Username(), file["user"], os.Getenv("USER"))
	config.Passwd = cmp.Or(password, file["password"], os.Getenv("MYSQL_PWD"))
	config.DBName = strings.TrimPrefix(u.Path, "/")
	config.Net, config.Addr = "tcp", net.JoinHostPort(cmp.Or(u.Hostname(), file["host"], "localhost"), cmp.Or(u.Port(), file["port"], "3306"))
	if u.Host == "" {
		if socket = cmp.Or(socket, file["socket"]); socket != "" {
			config.Net, config.Addr = "unix", socket
		}
	}
	config.TLSConfig = cmp.Or(config.TLSConfig, "preferred")
	config.Timeout = cmp.Or(config.Timeout, connectLimit)
	// Nothing is written, and no file of this machine is handed to the server.
	config.MultiStatements, config.AllowAllFiles, config.ParseTime = false, false, false
	config.Logger = log.New(io.Discard, "", 0) // what it logs is returned as well
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, misconfigured("it is no address of a MySQL database, or its parameters are wrong", "write "+addressForm)
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(1)
	return db, nil
}

// clientOptions returns the client's section of the user's option file, nil if there is
// none.
func clientOptions() map[string]string {
	home, err := os.UserHomeDir()
	if err != nil {
		return nil
	}
	file, err := ini.LoadSources(ini.LoadOptions{AllowBooleanKeys: true, SkipUnrecognizableLines: true, Loose: true, IgnoreInlineComment: true}, filepath.Join(home, ".my.cnf"))
	if err != nil {
		return nil
	}
	return file.Section("client").KeysHash()
}

func checkMySQL(ctx context.Context, d *database) error {
	db, err := connectMySQL(d)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	statement, err := db.PrepareContext(ctx, d.query)
	if err != nil {
		return err
	}
	return statement.Close()
}

func openMySQL(ctx context.Context, d *database) (rows, error) {
	db, err := connectMySQL(d)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	r := &mysqlRows{cancel: cancel, db: db}
	if err := r.begin(ctx, d.query); err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

// mysqlRows are what a query gives, as texts, which are exact for every type. They come
// as fast as they are read: neither side holds them all.
type mysqlRows struct {
	cancel context.CancelFunc
	db     *sql.DB
	result *sql.Rows
	types  []string
	values []sql.RawBytes
	into   []any // pointers to values
	row    row.Row
}

// begin asks for one state of the table. The server writes timestamps for UTC.
func (r *mysqlRows) begin(ctx context.Context, query string) error {
	conn, err := r.db.Conn(ctx)
	if err != nil {
		return err
	}
	for _, setting := range []string{"SET time_zone = '+00:00'", "SET SESSION TRANSACTION READ ONLY", "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"} {
		if _, err := conn.ExecContext(ctx, setting); err != nil {
			return err
		}
	}
	if r.result, err = conn.QueryContext(ctx, query); err != nil {
		return err
	}
	columns, err := r.result.ColumnTypes()
	if err != nil {
		return err
	}
	r.row.Columns = &row.Columns{}
	r.values, r.into = make([]sql.RawBytes, len(columns)), make([]any, len(columns))
	for i, column := range columns {
		r.row.Columns.Names = append(r.row.Columns.Names, column.Name())
		r.types = append(r.types, strings.TrimPrefix(column.DatabaseTypeName(), "UNSIGNED "))
		r.into[i] = &r.values[i]
	}
	return nil
}

func (r *mysqlRows) next() (*row.Row, error) {
	if !r.result.Next() {
		return nil, cmp.Or(r.result.Err(), io.EOF)
	}
	if err := r.result.Scan(r.into...); err != nil {
		return nil, err
	}
	r.row.Cells = r.row.Cells[:0]
	for i, value := range r.values {
		r.row.Cells = append(r.row.Cells, mysqlCell(r.types[i], value))
	}
	return &r.row, nil
}

// close breaks the connection first: else the driver reads all rows that are left.
func (r *mysqlRows) close() {
	r.cancel()
	if r.result != nil {
		_ = r.result.Close()
	}
	_ = r.db.Close()
}

// mysqlCell returns the cell of a value of that type, nil for none.
func mysqlCell(kind string, value []byte) row.Cell {
	if value == nil {
		return row.Cell{}
	}
	switch kind {
	case "TINYINT", "SMALLINT", "MEDIUMINT", "INT", "BIGINT", "YEAR":
		if n, err := strconv.ParseInt(string(value), 10, 64); err == nil {
			return row.Cell{Kind: row.Int, Int: n}
		}
	case "BIT":
		n := int64(0)
		for _, b := range value {
			n = n<<8 | int64(b)
		}
		return row.Cell{Kind: row.Int, Int: n}
	case "DECIMAL", "FLOAT", "DOUBLE":
		return row.Cell{Kind: row.Float, Text: string(value)}
	case "JSON":
		return jsonCell(string(value))
	case "TIMESTAMP":
		return row.Cell{Kind: row.Text, Text: zoned(string(value))}
	case "TINYBLOB", "BLOB", "MEDIUMBLOB", "LONGBLOB", "BINARY", "VARBINARY":
		return bytesCell(value)
	}
	return row.Cell{Kind: row.Text, Text: string(value)}
}

func mysqlProblem(err error) *storeError {
	answer, ok := errors.AsType[*mysql.MySQLError](err)
	if !ok {
		return nil
	}
	switch answer.Number {
	case 1045, 1698, 1251: // denied, by a plugin, by an old method
		return wrongLogin("MYSQL_PWD or ~/.my.cnf")
	case 1044, 1049, 1046: // no right to it, none of that name, none given
		return noDatabase()
	case 1146:
		return noTable(answer.Message)
	case 1142, 1143:
		return noRight(answer.Message)
	case 1792:
		return wouldWrite()
	case 1054, 1064, 1295, 1305: // column, syntax, not to be prepared, function
		return badQuery(answer.Message)
	}
	return refusal(Unreadable, "the server gave it up", answer.Message+", error "+strconv.Itoa(int(answer.Number)), "")
}
