# PowerShell's own parser on every generated script, and whether Get-Help finds its synopsis.
param([string]$Folder)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$faults = 0
foreach ($file in @(Get-ChildItem -Path $Folder -Recurse -Filter '*.ps1')) {
    $tokens = $null
    $errors = $null
    $null = [System.Management.Automation.Language.Parser]::ParseFile($file.FullName, [ref]$tokens, [ref]$errors)
    foreach ($one in @($errors)) {
        $faults++
        Write-Output "$($file.FullName): $($one.Message)"
    }
    $line = @(Get-Content -LiteralPath $file.FullName)
    $wanted = $line[[array]::IndexOf($line, '.SYNOPSIS') + 1]
    $help = Get-Help $file.FullName
    if ([string]$help.Synopsis -cne $wanted) {
        $faults++
        Write-Output "$($file.FullName): Get-Help finds '$($help.Synopsis)' instead of '$wanted'"
    }
}
Write-Output "PowerShell $($PSVersionTable.PSVersion): $faults fault(s)"
exit ([Math]::Min(1, $faults))
