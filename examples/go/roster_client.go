// Package roster has the code under test: it uploads a roster, polls until the import has ended, and downloads the
// result file.
package roster

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// Result is the state of an import.
type Result struct {
	Status   string   `json:"status"`
	FileLine int      `json:"fileLine"`
	Messages []string `json:"messages"`
}

// Client is a client of the rostering API. It keeps its access token, and renews it after a 401.
type Client struct {
	// Pause waits between two polls.
	Pause func() error

	base   string
	config clientcredentials.Config
	http   *http.Client
}

// NewClient returns a client that pauses for two seconds between polls.
func NewClient(host, clientID, clientSecret string) *Client {
	client := &Client{
		Pause: func() error { time.Sleep(2 * time.Second); return nil },
		base:  "https://" + host + "/api/v1/upload",
	}
	client.config = clientcredentials.Config{
		ClientID:     clientID,
		ClientSecret: clientSecret,
		TokenURL:     client.base + "/v1/oauth2/tokens",
		AuthStyle:    oauth2.AuthStyleInParams,
	}
	client.forgetToken()
	return client
}

// Upload uploads a CSV file and returns its reference id.
func (c *Client) Upload(fileName, content string) (string, error) {
	var form bytes.Buffer
	writer := multipart.NewWriter(&form)
	part, err := writer.CreateFormFile("file", fileName)
	if err != nil {
		return "", err
	}
	if _, err := io.WriteString(part, content); err != nil {
		return "", err
	}
	if err := writer.Close(); err != nil {
		return "", err
	}
	var response struct{ Result struct{ ReferenceID string } }
	err = c.call(http.MethodPost, "/api/v1/upload", writer.FormDataContentType(), form.Bytes(), &response)
	return response.Result.ReferenceID, err
}

// WaitForImport polls until the import is processed or failed, and returns its result.
func (c *Client) WaitForImport(referenceID string) (Result, error) {
	for {
		var response struct{ Result Result }
		err := c.call(http.MethodGet, "/api/v1/status/"+referenceID, "", nil, &response)
		if err != nil || response.Result.Status == "processed" || response.Result.Status == "failed" {
			return response.Result, err
		}
		if err := c.Pause(); err != nil {
			return Result{}, err
		}
	}
}

// Download returns the text of the result file. Its signed URL needs no access token.
func (c *Client) Download(referenceID string) (string, error) {
	var response struct{ SignedURL string }
	if err := c.call(http.MethodGet, "/api/v1/download/"+referenceID, "", nil, &response); err != nil {
		return "", err
	}
	file, err := http.Get(response.SignedURL)
	if err != nil {
		return "", err
	}
	defer file.Body.Close()
	text, err := io.ReadAll(file.Body)
	if err == nil && file.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %d: %s", file.StatusCode, text)
	}
	return string(text), err
}

// forgetToken makes the next request fetch an access token. oauth2 renews one by its lifetime, and not after a 401.
func (c *Client) forgetToken() {
	c.http = c.config.Client(context.Background())
	c.http.Timeout = 10 * time.Second
}

func (c *Client) call(method, path, contentType string, body []byte, result any) error {
	response, err := c.send(method, path, contentType, body)
	if err != nil {
		return err
	}
	if response.StatusCode == http.StatusUnauthorized {
		response.Body.Close()
		c.forgetToken()
		if response, err = c.send(method, path, contentType, body); err != nil {
			return err
		}
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(response.Body)
		return fmt.Errorf("status %d: %s", response.StatusCode, text)
	}
	return json.NewDecoder(response.Body).Decode(result)
}

func (c *Client) send(method, path, contentType string, body []byte) (*http.Response, error) {
	request, err := http.NewRequest(method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	return c.http.Do(request)
}
