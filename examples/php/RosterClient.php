<?php

declare(strict_types=1);

/**
 * The code under test: it uploads a roster, polls until the import has ended, and downloads the result file.
 * It keeps its access token, and renews it after a 401.
 */
final class RosterClient
{
    private string $base;
    private ?string $token = null;

    /** @param callable(): void $pause waits between two polls */
    public function __construct(
        string $host,
        private string $clientId,
        private string $clientSecret,
        private $pause,
    ) {
        $this->base = "https://$host/api/v1/upload";
    }

    /** Uploads a CSV file and returns its reference id. */
    public function upload(string $fileName, string $content): string
    {
        $file = new CURLStringFile($content, $fileName, 'text/csv');
        $response = $this->call('/api/v1/upload', [CURLOPT_POSTFIELDS => ['file' => $file]]);
        return $response['result']['referenceId'];
    }

    /** Polls until the import is processed or failed, and returns its result. */
    public function waitForImport(string $referenceId): array
    {
        while (true) {
            $result = $this->call("/api/v1/status/$referenceId")['result'];
            if (in_array($result['status'], ['processed', 'failed'], true)) {
                return $result;
            }
            ($this->pause)();
        }
    }

    /** Returns the text of the result file. Its signed URL needs no access token. */
    public function download(string $referenceId): string
    {
        $signedUrl = $this->call("/api/v1/download/$referenceId")['signedUrl'];
        return self::requireSuccess(self::send($signedUrl));
    }

    private function call(string $path, array $options = []): array
    {
        $this->token ??= $this->fetchToken();
        $response = $this->sendWithToken($path, $options);
        if ($response['status'] === 401) {
            $this->token = $this->fetchToken();
            $response = $this->sendWithToken($path, $options);
        }
        return json_decode(self::requireSuccess($response), true, flags: JSON_THROW_ON_ERROR);
    }

    private function sendWithToken(string $path, array $options): array
    {
        $headers = [CURLOPT_HTTPHEADER => ["Authorization: Bearer $this->token"]];
        return self::send($this->base . $path, $options + $headers);
    }

    private function fetchToken(): string
    {
        $form = http_build_query([
            'grant_type' => 'client_credentials',
            'client_id' => $this->clientId,
            'client_secret' => $this->clientSecret,
        ]);
        $response = self::send("$this->base/v1/oauth2/tokens", [CURLOPT_POSTFIELDS => $form]);
        return json_decode(self::requireSuccess($response), true, flags: JSON_THROW_ON_ERROR)['access_token'];
    }

    /** @return array{status: int, body: string} */
    private static function send(string $url, array $options = []): array
    {
        $curl = curl_init($url);
        curl_setopt_array($curl, $options + [CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => 10]);
        $body = curl_exec($curl);
        if ($body === false) {
            throw new RuntimeException(curl_error($curl));
        }
        return ['status' => curl_getinfo($curl, CURLINFO_RESPONSE_CODE), 'body' => $body];
    }

    private static function requireSuccess(array $response): string
    {
        if ($response['status'] !== 200) {
            throw new RuntimeException("Status {$response['status']}: {$response['body']}");
        }
        return $response['body'];
    }
}
