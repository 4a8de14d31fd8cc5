// A real Bluesky server (PDS) and its directory of identities, on loopback, below the folder given.
// One line of JSON when it is ready: its address, and an account with an app password. It ends with its input.
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { PDS, envToCfg, envToSecrets } from '@atproto/pds'
import plc from '@did-plc/server'

const HOST = '127.0.0.1'
const folder = process.argv[2]
const secret = () => randomBytes(32).toString('hex')

async function freePort() {
  const probe = createServer().listen(0, HOST)
  await once(probe, 'listening')
  const { port } = probe.address()
  probe.close()
  await once(probe, 'close')
  return port
}

async function call(base, name, body, token) {
  const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) }
  const reply = await fetch(`${base}/xrpc/${name}`, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!reply.ok) throw new Error(`${name}: ${reply.status} ${await reply.text()}`)
  return reply.json()
}

const directory = plc.PlcServer.create({ db: plc.Database.mock(), port: await freePort() })
const http = await directory.start()
const settings = {
  hostname: 'localhost',
  port: await freePort(),
  dataDirectory: folder,
  blobstoreDiskLocation: join(folder, 'blobs'),
  didPlcUrl: `http://${HOST}:${http.address().port}`,
  devMode: true,
  inviteRequired: false,
  plcRotationKeyK256PrivateKeyHex: secret(),
  jwtSecret: secret(),
  adminPassword: secret(),
}
const pds = await PDS.create(envToCfg(settings), envToSecrets(settings))
await pds.start()
const base = `http://${HOST}:${settings.port}`
const who = { handle: 'jdih.test', email: 'jdih@uji.example', password: secret() }
const account = await call(base, 'com.atproto.server.createAccount', who)
const made = await call(base, 'com.atproto.server.createAppPassword', { name: 'jdih' }, account.accessJwt)
process.stdout.write(JSON.stringify({ base, did: account.did, handle: who.handle, password: made.password }) + '\n')
process.stdin.resume().on('end', () => process.exit(0))
