import bootTime from './boot-time.ts';
import clientSigningReq from './client-signing-req.ts';
import clockSkew from './clock-skew.ts';
import compressionOn from './compression-on.ts';
import dialectNotOffered from './dialect-not-offered.ts';
import downgradeDialect from './downgrade-dialect.ts';
import downgradeSmb1 from './downgrade-smb1.ts';
import guidAscii from './guid-ascii.ts';
import guidNull from './guid-null.ts';
import lanmanOrCore from './lanman-or-core.ts';
import nameLeak from './name-leak.ts';
import nbt139 from './nbt-139.ts';
import no256 from './no-256.ts';
import noEncryption from './no-encryption.ts';
import ntlmOnly from './ntlm-only.ts';
import oddPort from './odd-port.ts';
import oldDialect from './old-dialect.ts';
import preauthMissing from './preauth-missing.ts';
import relayShape from './relay-shape.ts';
import reservedGarbage from './reserved-garbage.ts';
import responderShape from './responder-shape.ts';
import scanner from './scanner.ts';
import shortSalt from './short-salt.ts';
import signingDisabledSmb1 from './signing-disabled-smb1.ts';
import signingNotRequired from './signing-not-required.ts';
import smbInternet from './smb-internet.ts';
import smbOverQuic from './smb-over-quic.ts';
import smb1ClientOffer from './smb1-client-offer.ts';
import smb1NoExtsec from './smb1-no-extsec.ts';
import smb1OnlyClient from './smb1-only-client.ts';
import smb1OnlyServer from './smb1-only-server.ts';
import smb1Plaintext from './smb1-plaintext.ts';
import smb1Server from './smb1-server.ts';
import smb1ShareLevel from './smb1-share-level.ts';
import smbghost from './smbghost.ts';
import validateAbsent from './validate-absent.ts';
import validateMismatch from './validate-mismatch.ts';
import wannacryList from './wannacry-list.ts';
import weakCipher from './weak-cipher.ts';
import weakSigningAlg from './weak-signing-alg.ts';

/** Raised when a finding is added, or judges the same connection differently. It is in every report, so that old and new ones can be compared. */
export const CATALOGUE_VERSION = '1.1.0';

/** Every finding of one connection, in the order of PROTOCOL part 7. Ids are never reused. */
export const FINDINGS = [
  smb1Server,
  smb1OnlyServer,
  smb1OnlyClient,
  smb1ClientOffer,
  lanmanOrCore,
  smb1ShareLevel,
  smb1Plaintext,
  smb1NoExtsec,
  signingNotRequired,
  signingDisabledSmb1,
  clientSigningReq,
  oldDialect,
  noEncryption,
  weakCipher,
  no256,
  weakSigningAlg,
  preauthMissing,
  shortSalt,
  compressionOn,
  smbghost,
  validateMismatch,
  validateAbsent,
  ntlmOnly,
  relayShape,
  responderShape,
  dialectNotOffered,
  bootTime,
  clockSkew,
  nameLeak,
  guidNull,
  guidAscii,
  scanner,
  wannacryList,
  smbInternet,
  nbt139,
  smbOverQuic,
  oddPort,
  reservedGarbage,
] as const;

/** Every finding that several connections of a server show together. */
export const HOST_FINDINGS = [downgradeDialect, downgradeSmb1] as const;

/** The one list: GET /v1/findings and docs/findings come from it. */
export const ALL_FINDINGS = [...FINDINGS, ...HOST_FINDINGS] as const;

export type FindingId = (typeof ALL_FINDINGS)[number]['id'];
