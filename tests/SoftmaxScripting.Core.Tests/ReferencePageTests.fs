/// The pages of documentation that are made from tables say what the tables say; UPDATE_DOCS=1 writes them.
module SoftmaxScripting.Core.Tests.ReferencePageTests

open System
open System.IO
open Xunit

let rec private docs (folder: DirectoryInfo) =
    if File.Exists(Path.Combine(folder.FullName, "SoftmaxScripting.sln")) then
        Path.Combine(folder.FullName, "docs")
    else
        docs folder.Parent

let private isUpToDate name (text: string) =
    let file = Path.Combine(docs (DirectoryInfo AppContext.BaseDirectory), name)

    if Environment.GetEnvironmentVariable "UPDATE_DOCS" = "1" then
        File.WriteAllText(file, text)

    Assert.True(File.Exists file, $"docs/{name} is missing: run this test with UPDATE_DOCS=1")
    Assert.Equal(text, File.ReadAllText(file).Replace("\r\n", "\n"))

[<Fact>]
let ``the page of operations is up to date`` () =
    isUpToDate "operations.md" (ReferencePages.operations ())

[<Fact>]
let ``the page of rewrites is up to date`` () =
    isUpToDate "rewrites.md" (ReferencePages.rewrites ())

[<Fact>]
let ``the page of optimisers is up to date`` () =
    isUpToDate "optimisers.md" (ReferencePages.optimisers ())
