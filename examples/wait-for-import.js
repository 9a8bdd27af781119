/** What is tested: an integration that gets a token, and polls until its import has ended. */
export async function waitForImport(url, referenceId) {
  const answer = await fetch(`${url}/api/v1/upload/v1/oauth2/tokens`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'demo-client',
      client_secret: 'demo-secret',
    }),
  })
  const { access_token } = await answer.json()
  for (;;) {
    const status = await fetch(`${url}/api/v1/upload/api/v1/status/${referenceId}`, {
      headers: { authorization: `Bearer ${access_token}` },
    })
    const { result } = await status.json()
    if (result.status === 'processed' || result.status === 'failed') return result
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
