/** NT statuses that answer a negotiate in practice. [MS-ERREF] 2.3, PROTOCOL 3.8 */
const NT_STATUS: Readonly<Record<number, string>> = {
  0x00000000: 'STATUS_SUCCESS',
  0x00010002: 'STATUS_INVALID_SMB',
  0xc0000001: 'STATUS_UNSUCCESSFUL',
  0xc0000002: 'STATUS_NOT_IMPLEMENTED',
  0xc0000008: 'STATUS_INVALID_HANDLE',
  0xc000000d: 'STATUS_INVALID_PARAMETER',
  0xc0000010: 'STATUS_INVALID_DEVICE_REQUEST',
  0xc0000022: 'STATUS_ACCESS_DENIED',
  0xc000009a: 'STATUS_INSUFFICIENT_RESOURCES',
  0xc00000bb: 'STATUS_NOT_SUPPORTED',
  0xc00000cc: 'STATUS_BAD_NETWORK_NAME',
  0xc00000d0: 'STATUS_REQUEST_NOT_ACCEPTED',
  0xc0000203: 'STATUS_USER_SESSION_DELETED',
  0xc0000205: 'STATUS_INSUFF_SERVER_RESOURCES',
  0xc000020c: 'STATUS_CONNECTION_DISCONNECTED',
  0xc05d0000: 'STATUS_SMB_NO_PREAUTH_INTEGRITY_HASH_OVERLAP',
};

/** Error classes of SMB1 before NT statuses. [MS-CIFS] 2.2.2.4 */
const DOS_CLASS: Readonly<Record<number, string>> = { 1: 'ERRDOS', 2: 'ERRSRV', 3: 'ERRHRD', 0xff: 'ERRCMD' };

/** The number and, where known, the name: `0xC00000BB STATUS_NOT_SUPPORTED`. */
export function statusText(status: number): string {
  const value = status >>> 0;
  const name = NT_STATUS[value];
  const number = '0x' + value.toString(16).toUpperCase().padStart(8, '0');
  return name === undefined ? number : `${number} ${name}`;
}

/** A DOS error, class and code: `ERRDOS 87`. */
export function dosErrorText(status: number): string {
  const errorClass = status & 0xff;
  return `${DOS_CLASS[errorClass] ?? `class ${errorClass}`} ${status >>> 16}`;
}

/** RFC 1002 4.3.4, and 0x8E of stunnel. */
const NETBIOS_ERRORS: Readonly<Record<number, string>> = {
  0x80: 'not listening on the called name',
  0x81: 'not listening for the calling name',
  0x82: 'the called name is not present',
  0x83: 'the called name is present, but resources are short',
  0x8e: 'TLS is required',
  0x8f: 'unspecified error',
};

export function netbiosErrorText(code: number): string {
  const number = '0x' + code.toString(16).toUpperCase().padStart(2, '0');
  const name = NETBIOS_ERRORS[code];
  return name === undefined ? number : `${number}, ${name}`;
}
