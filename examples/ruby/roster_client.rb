require "json"
require "net/http"

# The code under test: it uploads a roster, polls until the import has ended, and downloads the result file.
# It keeps its access token, and renews it after a 401.
class RosterClient
  END_STATES = %w[processed failed].freeze

  def initialize(host, client_id, client_secret, pause: -> { sleep 2 })
    @base = "https://#{host}/api/v1/upload"
    @credentials = { client_id: client_id, client_secret: client_secret }
    @pause = pause
  end

  # Uploads a CSV file and returns its reference id.
  def upload(file_name, content)
    response = call(Net::HTTP::Post, "/api/v1/upload") do |request|
      file = ["file", content, { filename: file_name, content_type: "text/csv" }]
      request.set_form([file], "multipart/form-data")
    end
    response.dig("result", "referenceId")
  end

  # Polls until the import is processed or failed, and returns its result.
  def wait_for_import(reference_id)
    loop do
      result = call(Net::HTTP::Get, "/api/v1/status/#{reference_id}").fetch("result")
      return result if END_STATES.include?(result["status"])

      @pause.call
    end
  end

  # Returns the text of the result file. Its signed URL needs no access token.
  def download(reference_id)
    signed_url = call(Net::HTTP::Get, "/api/v1/download/#{reference_id}").fetch("signedUrl")
    response = Net::HTTP.get_response(URI(signed_url))
    response.value # raises unless the status is 2xx
    response.body.force_encoding(Encoding::UTF_8)
  end

  private

  def call(method, path, &fill)
    renew_token if @token.nil?
    response = send_request(method, path, &fill)
    if response.is_a?(Net::HTTPUnauthorized)
      renew_token
      response = send_request(method, path, &fill)
    end
    response.value
    JSON.parse(response.body)
  end

  def send_request(method, path)
    uri = URI(@base + path)
    request = method.new(uri, "Authorization" => "Bearer #{@token}")
    yield request if block_given?
    Net::HTTP.start(uri.host, uri.port, use_ssl: true) { |http| http.request(request) }
  end

  def renew_token
    form = { grant_type: "client_credentials", **@credentials }
    response = Net::HTTP.post_form(URI("#{@base}/v1/oauth2/tokens"), form)
    response.value
    @token = JSON.parse(response.body).fetch("access_token")
  end
end
