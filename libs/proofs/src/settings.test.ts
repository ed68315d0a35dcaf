import { describe, expect, it } from 'vitest'
import { defaultProofSettings, proofSetting } from './settings.ts'

const said = (name: keyof typeof proofSetting, text: string) =>
  proofSetting[name].safeParse(text).error?.issues[0]?.message

describe('settings', () => {
  it('reads what an operator writes', () => {
    expect(proofSetting.baseUrl.parse('https://github.example/api/v3/')).toBe('https://github.example/api/v3')
    expect(proofSetting.relays.parse('wss://a.test, ws://127.0.0.1:7777')).toEqual([
      'wss://a.test',
      'ws://127.0.0.1:7777',
    ])
    expect(proofSetting.dnsServers.parse('127.0.0.1:5353,[::1]:53,9.9.9.9,')).toEqual([
      '127.0.0.1:5353',
      '[::1]:53',
      '9.9.9.9',
    ])
    expect(proofSetting.counterparts.parse('api.github.com=http://127.0.0.1:1, a.test:8443=https://10.0.0.1')).toEqual({
      'api.github.com': 'http://127.0.0.1:1',
      'a.test:8443': 'https://10.0.0.1',
    })
    expect(proofSetting.counterparts.parse('')).toEqual({})
  })

  it.each([
    ['baseUrl', 'ftp://x.test', 'must be an http or https URL'],
    ['baseUrl', 'x.test', 'must be an http or https URL'],
    ['relays', 'https://a.test', 'must be ws:// or wss:// URLs, comma-separated'],
    ['relays', 'wss://', 'must be ws:// or wss:// URLs, comma-separated'],
    ['dnsServers', 'dns.example', 'must be addresses like 127.0.0.1:53, comma-separated'],
    ['dnsServers', '999.1.1.1', 'must be addresses like 127.0.0.1:53, comma-separated'],
    ['counterparts', 'a.test', 'must be host=http://address:port, comma-separated'],
    ['counterparts', '=http://127.0.0.1', 'must be host=http://address:port, comma-separated'],
    ['counterparts', 'a.test=http://127.0.0.1/path', 'must be host=http://address:port, comma-separated'],
    ['counterparts', 'a.test=http://u:p@127.0.0.1', 'must be host=http://address:port, comma-separated'],
  ] as const)('says what is wrong with %s "%s"', (name, text, message) => {
    expect(said(name, text)).toBe(message)
  })

  it('stands in for nothing unless told to', () => {
    expect(defaultProofSettings.counterparts).toEqual({})
  })
})
