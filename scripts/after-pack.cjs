// Sets the fuses of the packed Electron and reads them back: what the artefact says counts, not what was asked for. Older
// Electrons have fewer fuses, so each is set where its wire has it.
const { rmSync } = require('node:fs');
const { join } = require('node:path');
const { FuseState, FuseV1Options, FuseVersion, flipFuses, getCurrentFuseWire } = require('@electron/fuses');

const wanted = {
  RunAsNode: false,
  EnableCookieEncryption: true,
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  EnableEmbeddedAsarIntegrityValidation: true,
  OnlyLoadAppFromAsar: true,
  LoadBrowserProcessSpecificV8Snapshot: false,
  GrantFileProtocolExtraPrivileges: false,
};

exports.default = async function afterPack({ appOutDir, electronPlatformName, packager }) {
  // An Electron that was unpacked by hand still has its own default app, which nothing of ours ever opens.
  rmSync(join(packager.getResourcesDir(appOutDir), 'default_app.asar'), { force: true });
  if (process.env.CHATELAINE_FUSES === 'leave') return;
  const name = packager.appInfo.productFilename;
  const program = {
    darwin: () => join(appOutDir, `${name}.app`),
    win32: () => join(appOutDir, `${name}.exe`),
    linux: () => join(appOutDir, packager.executableName),
  }[electronPlatformName]();
  const wire = await getCurrentFuseWire(program);
  const settings = Object.entries(wanted).filter(([fuse]) => wire[FuseV1Options[fuse]] !== undefined);
  await flipFuses(program, {
    version: FuseVersion.V1,
    // An altered binary on Apple silicon does not start until it is signed again; the real signature comes after this.
    resetAdHocDarwinSignature: electronPlatformName === 'darwin',
    ...Object.fromEntries(settings.map(([fuse, on]) => [FuseV1Options[fuse], on])),
  });
  const after = await getCurrentFuseWire(program);
  for (const [fuse, on] of settings) {
    const state = after[FuseV1Options[fuse]];
    if (state !== (on ? FuseState.ENABLE : FuseState.DISABLE)) throw new Error(`The fuse ${fuse} could not be set.`);
    console.log(`fuse ${fuse}: ${on ? 'on' : 'off'}`);
  }
};
