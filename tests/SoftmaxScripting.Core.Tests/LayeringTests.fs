/// The layers hold: project references point one way, and Core's files know only those before them.
module SoftmaxScripting.Core.Tests.LayeringTests

open System
open System.IO
open System.Text.RegularExpressions
open System.Xml.Linq
open Xunit

/// The repository's root: the first folder above the tests that has the solution.
let private root =
    let rec above (folder: DirectoryInfo) =
        if isNull folder then
            failwith "The solution is not above the test assembly."
        elif File.Exists(Path.Combine(folder.FullName, "SoftmaxScripting.sln")) then
            folder.FullName
        else
            above folder.Parent

    above (DirectoryInfo AppContext.BaseDirectory)

/// From the bottom up; each may reference those before it.
let private layers = [ "Kernels"; "Core"; "Toolkit"; "Live"; "Host" ]

let private projectFile (layer: string) =
    let name = $"SoftmaxScripting.{layer}"

    Directory.GetFiles(Path.Combine(root, "src", name), $"{name}.*proj")
    |> Array.exactlyOne

let private references (layer: string) =
    XDocument.Load(projectFile layer).Descendants(XName.Get "ProjectReference")
    |> Seq.map (fun e ->
        Path.GetFileNameWithoutExtension(
            (e.Attribute(XName.Get "Include").Value).Replace('\\', '/')
        ))
    |> Seq.toList

[<Fact>]
let ``projects reference only layers below them`` () =
    for i in 0 .. layers.Length - 1 do
        let allowed = layers[.. i - 1] |> List.map (fun l -> $"SoftmaxScripting.{l}")

        for reference in references layers[i] do
            Assert.True(List.contains reference allowed, $"{layers[i]} references {reference}")

    Assert.Contains("SoftmaxScripting.Kernels", references "Core")

[<Fact>]
let ``every project under src is one of the layers`` () =
    let found =
        Directory.GetDirectories(Path.Combine(root, "src"))
        |> Array.filter (fun d -> Directory.GetFiles(d, "*.*proj").Length > 0)
        |> Array.map Path.GetFileName
        |> Array.sort

    Assert.Equal<string>(layers |> List.map (fun l -> $"SoftmaxScripting.{l}") |> List.sort, found)

[<Fact>]
let ``kernels know no graph and no package`` () =
    let project = XDocument.Load(projectFile "Kernels")
    Assert.Empty(project.Descendants(XName.Get "ProjectReference"))
    Assert.Empty(project.Descendants(XName.Get "PackageReference"))

    let assemblies =
        typeof<SoftmaxScripting.Kernels.ThreadTeam>.Assembly.GetReferencedAssemblies()

    for assembly in assemblies do
        Assert.StartsWith("System", assembly.Name)

[<Fact>]
let ``Core depends on the kernels, F# and the framework alone`` () =
    for assembly in typeof<SoftmaxScripting.Core.Tensor>.Assembly.GetReferencedAssemblies() do
        Assert.True(
            assembly.Name = "SoftmaxScripting.Kernels"
            || assembly.Name = "FSharp.Core"
            || assembly.Name = "netstandard"
            || assembly.Name.StartsWith "System",
            assembly.Name
        )

let private coreFiles =
    XDocument.Load(projectFile "Core").Descendants(XName.Get "Compile")
    |> Seq.map (fun e -> e.Attribute(XName.Get "Include").Value)
    |> Seq.toList

[<Fact>]
let ``Core's compile order lists every file once and goes from shapes to training`` () =
    let folder = Path.GetDirectoryName(projectFile "Core")

    let present =
        Directory.GetFiles(folder, "*.fs", SearchOption.AllDirectories)
        |> Array.map (fun f -> Path.GetRelativePath(folder, f).Replace('\\', '/'))
        |> Array.filter (fun f -> not (f.StartsWith "obj/" || f.StartsWith "bin/"))
        |> Array.sort

    Assert.Equal<string>(present, coreFiles |> List.sort)

    let stages =
        [ "Shape.fs"
          "Op.fs"
          "Expr.fs"
          "Build.fs"
          "OpTable.fs"
          "Gradient.fs"
          "Rewrite.fs"
          "Interpreter.fs"
          "Streaming.fs"
          "Scheduling.fs"
          "Plan.fs"
          "Evaluator.fs"
          "Tensor.fs"
          "Differentiation.fs"
          "Losses.fs"
          "Layers.fs"
          "Optimizers.fs"
          "TrainingStep.fs" ]

    let places = stages |> List.map (fun s -> List.findIndex ((=) s) coreFiles)
    Assert.Equal<int>(List.sort places, places)

[<Fact>]
let ``no file of Core joins definitions into recursive modules or namespaces`` () =
    // Then the compiler holds the order: a file can name only what stands before it.
    let folder = Path.GetDirectoryName(projectFile "Core")

    for file in coreFiles do
        let text = File.ReadAllText(Path.Combine(folder, file))

        Assert.False(
            Regex.IsMatch(
                text,
                @"^\s*(namespace|module)\s+(internal\s+|private\s+)?rec\b",
                RegexOptions.Multiline
            ),
            file
        )
