@echo off
rem The `chatelaine` command of an installed app.
setlocal
set "CHATELAINE_COMMAND=chatelaine"
if not defined CHATELAINE_DESKTOP set "CHATELAINE_DESKTOP=%~dp0..\..\Chatelaine.exe"
"%~dp0..\runtime\node.exe" --disable-sigusr1 "%~dp0..\programs\cli.cjs" %*
exit /b %ERRORLEVEL%
