import type { PushFailure } from '@kez-chat/contracts'

/** What a failure means and what helps, for people who run or use the server. */
export const explanations: Readonly<Record<PushFailure, string>> = {
  gone: 'The browser has ended this subscription: site data was cleared, the permission was taken back, or the browser was removed. Subscribe again on the device.',
  not_authorised:
    "The push service does not accept the server's signature. Its clock may be wrong by hours, or the VAPID keys were replaced.",
  bad_subject:
    'The push service refuses the contact address in the signature; Apple answers 403 (BadJwtToken) to an address that is not real. The operator sets KEZ_VAPID_SUBJECT to mailto:somebody@a-real-domain. A wrong clock has the same effect.',
  key_mismatch:
    'The subscription was made with another VAPID key than the push is signed with. Subscribe again on the device; if this meets everybody, the VAPID key file was lost and should be restored.',
  refused:
    'The push service refuses the push. Subscribe again on the device; if this meets everybody, look at the log.',
  too_large: 'The push service says that an empty push is too large. This is a fault on its side.',
  rate_limited: 'The push service asks to wait. The push is sent again when it says so.',
  service_error: 'The push service has trouble of its own. The push is tried again, for 24 hours.',
  no_answer: 'The push service did not answer in 10 seconds. The push is tried again, for 24 hours.',
  unreachable:
    'The push service cannot be reached. Outgoing HTTPS may be blocked by a firewall, or name resolution does not work on the server. The push is tried again, for 24 hours.',
  not_allowed:
    'This server does not send to this push service, or its name leads to a private address. The operator adds push services by KEZ_PUSH_HOSTS.',
}
