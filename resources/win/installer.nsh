; The `chatelaine` command on the person's PATH. PowerShell edits it, because NSIS cuts values that are longer than its strings.
!macro customInstall
  nsExec::Exec `powershell -NoProfile -NonInteractive -Command "$$folder = '$INSTDIR\resources\bin'; $$path = [Environment]::GetEnvironmentVariable('Path', 'User'); if (($$path -split ';') -notcontains $$folder) { [Environment]::SetEnvironmentVariable('Path', (@($$path -split ';' | Where-Object { $$_ }) + $$folder) -join ';', 'User') }"`
!macroend

!macro customUnInstall
  nsExec::Exec `powershell -NoProfile -NonInteractive -Command "$$folder = '$INSTDIR\resources\bin'; $$path = [Environment]::GetEnvironmentVariable('Path', 'User'); [Environment]::SetEnvironmentVariable('Path', ($$path -split ';' | Where-Object { $$_ -and $$_ -ne $$folder }) -join ';', 'User')"`
!macroend
