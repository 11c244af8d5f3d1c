#!/usr/bin/env bash
# Packs the libraries and the tool, and uses both in an empty folder that knows no other source of packages: the tool
# runs a script, compiled and from the cache, and a program is built on the toolkit. Needs no network once the
# solution was restored; without the package that compiles ahead of time the tool is packed without it, and it says so.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
packages="$work/packages"
mkdir "$packages" "$work/empty"
export SOFTMAX_CACHE="$work/cache"
global=$(dotnet nuget locals global-packages --list | sed 's/^[^:]*: //')

fail() {
  echo "FAILED: $*"
  exit 1
}

# Runs a command and compares the last line of its output.
expect() {
  local wanted=$1 got
  shift
  got=$("$@" | tail -n 1) || fail "$* ended with an error"
  [ "$got" = "$wanted" ] || fail "$* wrote '$got' and not '$wanted'"
}

if ! dotnet pack "$root/SoftmaxScripting.sln" -o "$packages" -v quiet --nologo; then
  echo "Once more, without compiling ahead of time:"
  dotnet pack "$root/SoftmaxScripting.sln" -o "$packages" -v quiet --nologo -p:CompileAhead=false
fi
for name in Kernels Core Toolkit; do
  ls "$packages/SoftmaxScripting.$name".[0-9]*.nupkg >/dev/null || fail "no package of $name"
done
version=$(basename "$packages"/SoftmaxScripting.Toolkit.[0-9]*.nupkg .nupkg | sed 's/SoftmaxScripting.Toolkit.//')

cd "$work/empty"
cat >nuget.config <<XML
<configuration>
  <packageSources>
    <clear />
    <add key="local" value="$packages" />
  </packageSources>
</configuration>
XML

dotnet tool install SoftmaxScripting --version "$version" --tool-path "$work/tool" >/dev/null
softmax="$work/tool/softmax"
cat >six.csx <<'CSX'
var factor = Option("factor", 2.0f);
Print((factor * Tensor.Of(1f, 2f)).Sum().Item());
CSX
expect "$version" "$softmax" --version
expect 6 "$softmax" six.csx
expect 6 "$softmax" six.csx
expect 9 "$softmax" six.csx --factor 3
"$softmax" six.csx --help | grep -q 'softmax six.csx' || fail "the usage line does not name the tool"
[ "$(find "$SOFTMAX_CACHE/scripts" -name '*.script' | wc -l)" = 1 ] || fail "the script was not kept"

mkdir program
cat >program/program.csproj <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <RestorePackagesPath>$work/restored</RestorePackagesPath>
    <RestoreFallbackFolders>$global</RestoreFallbackFolders>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="SoftmaxScripting.Toolkit" Version="$version" />
  </ItemGroup>
</Project>
XML
cat >program/Program.cs <<'CS'
using SoftmaxScripting.Core;
using static SoftmaxScripting.Toolkit.Prelude;

var slope = Grad((Tensor x) => (x * x).Sum())(Tensor.Of(1.5f, 2f));
Console.WriteLine(slope.Sum().Item());
CS
expect 7 dotnet run --project program

echo "Packages of version $version: the tool and a program on the toolkit work from them alone."
