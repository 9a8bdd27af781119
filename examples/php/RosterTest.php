<?php

declare(strict_types=1);

use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/RosterClient.php';

final class RosterTest extends TestCase
{
    private RosterClient $client;

    protected function setUp(): void
    {
        self::control('POST', '/reset');
        self::control('POST', '/clock/freeze');
        // Takes the place of the pause between two polls: no test sleeps, and the access token expires.
        $advanceClock = fn () => self::control('POST', '/clock/advance', '{"by":"1h"}');
        $this->client = new RosterClient(
            getenv('TAO_ADVANCE_HOST'),
            getenv('CLIENT_ID'),
            getenv('CLIENT_SECRET'),
            $advanceClock,
        );
    }

    public function testARosterIsUploadedPolledAndDownloaded(): void
    {
        $referenceId = $this->client->upload('groups.csv', "group_name,group_active\nBiology,TRUE\n");
        $result = $this->client->waitForImport($referenceId);

        self::assertSame(['status' => 'processed', 'fileLine' => 1, 'messages' => []], $result);
        self::assertSame(3, self::countEntries('status'), 'pending, 401, processed, and no poll after the end');
        self::assertSame(2, self::countEntries('token'), 'one access token, and one more after the 401');
        $lines = explode("\n", $this->client->download($referenceId));
        self::assertSame('Biology,TRUE,processed,,,', rtrim($lines[1]));
    }

    public function testARosterWithAWrongRowFails(): void
    {
        $referenceId = $this->client->upload('groups.csv', "group_name,group_active\nBiology,maybe\n");
        $result = $this->client->waitForImport($referenceId);

        self::assertSame('failed', $result['status']);
        self::assertStringStartsWith('Line 2: ', $result['messages'][0]);
    }

    /** Calls the control API of the emulator. */
    private static function control(string $method, string $path, ?string $json = null): string
    {
        $curl = curl_init('https://' . getenv('TAO_ADVANCE_HOST') . "/__control$path");
        curl_setopt_array($curl, [
            CURLOPT_CUSTOMREQUEST => $method,
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_FAILONERROR => true,
            CURLOPT_TIMEOUT => 10,
        ]);
        if ($json !== null) {
            curl_setopt($curl, CURLOPT_POSTFIELDS, $json);
            curl_setopt($curl, CURLOPT_HTTPHEADER, ['Content-Type: application/json']);
        }
        $body = curl_exec($curl);
        self::assertIsString($body, curl_error($curl));
        return $body;
    }

    private static function countEntries(string $operation): int
    {
        return json_decode(self::control('GET', "/journal/count?operation=$operation"))->count;
    }
}
