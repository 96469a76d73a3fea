// Go's net/http, given a connection to a Unix socket. Does what the standard input says (run.py).
package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
)

var client = http.Client{Transport: &http.Transport{
	DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", os.Getenv("SOCKET"))
	},
}}

func open(method, path, body string) *http.Response {
	before, query, _ := strings.Cut(path, "?")
	to := url.URL{Scheme: "http", Host: "unix", Path: before, RawQuery: query}
	request, err := http.NewRequest(method, to.String(), strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	response, err := client.Do(request)
	if err != nil {
		panic(err)
	}
	return response
}

func ask(method, path, body string) {
	response := open(method, path, body)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%d %s\n", response.StatusCode, text)
}

func main() {
	told := bufio.NewScanner(os.Stdin)
	for told.Scan() {
		words := append(strings.SplitN(told.Text(), " ", 3), "")
		switch method, path := words[0], words[1]; method {
		case "WATCH":
			if _, err := io.Copy(os.Stdout, open("GET", path, "").Body); err != nil {
				panic(err)
			}
		case "AGAIN":
			for range [3]int{} {
				ask("GET", path, "")
			}
		default:
			ask(method, path, words[2])
		}
	}
}
