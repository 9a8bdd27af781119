require "minitest/autorun"
require_relative "roster_client"

HOST = ENV.fetch("TAO_ADVANCE_HOST")

# The control API of the emulator.
module Control
  def self.post(path, body = {})
    response = Net::HTTP.post(uri(path), body.to_json, "Content-Type" => "application/json")
    response.value # raises unless the status is 2xx
  end

  # Takes the place of the pause between two polls: no test sleeps, and the access token expires.
  def self.advance_clock
    post("/clock/advance", by: "1h")
  end

  def self.count(operation)
    JSON.parse(Net::HTTP.get(uri("/journal/count?operation=#{operation}"))).fetch("count")
  end

  def self.uri(path)
    URI("https://#{HOST}/__control#{path}")
  end
end

class TestRoster < Minitest::Test
  def setup
    Control.post("/reset")
    Control.post("/clock/freeze")
    credentials = %w[CLIENT_ID CLIENT_SECRET].map { |name| ENV.fetch(name) }
    @client = RosterClient.new(HOST, *credentials, pause: Control.method(:advance_clock))
  end

  def test_a_roster_is_uploaded_polled_and_downloaded
    reference_id = @client.upload("groups.csv", "group_name,group_active\nBiology,TRUE\n")
    result = @client.wait_for_import(reference_id)

    assert_equal({ "status" => "processed", "fileLine" => 1, "messages" => [] }, result)
    assert_equal 3, Control.count("status"), "pending, 401, processed, and no poll after the end"
    assert_equal 2, Control.count("token"), "one access token, and one more after the 401"
    assert_equal "Biology,TRUE,processed,,,", @client.download(reference_id).lines[1].chomp
  end

  def test_a_roster_with_a_wrong_row_fails
    reference_id = @client.upload("groups.csv", "group_name,group_active\nBiology,maybe\n")
    result = @client.wait_for_import(reference_id)

    assert_equal "failed", result["status"]
    assert_match(/\ALine 2: /, result["messages"].first)
  end
end
