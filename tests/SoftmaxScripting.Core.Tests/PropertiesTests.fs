/// The adapter itself: a failure says what failed, in which case, and how to see it again.
module SoftmaxScripting.Core.Tests.PropertiesTests

open System
open System.Collections.Generic
open System.Text.RegularExpressions
open Xunit

let private variable = "PROPERTY_REPLAY"

[<Fact>]
let ``a failed property shows its label, the smallest counter-example and a seed that repeats it``
    ()
    =
    let run () =
        let seen = List<float[]>()

        let error =
            Assert.Throws<Xunit.Sdk.FailException>(fun () ->
                Properties.check "no number above 7" 500 (Values.vector 1 -10.0 10.0) (fun x ->
                    seen.Add x
                    Assert.All(x, fun v -> Assert.True(v <= 7.0))))

        seen, error.Message

    let first, message = run ()
    Assert.StartsWith("no number above 7: ", message)

    let smallest =
        Regex.Match(message, @"counter-example: \[\|(.*)\|\]").Groups[1].Value
    // One number is enough.
    Assert.True(float smallest > 7.0, smallest)
    let seed = Regex.Match(message, variable + @"=(\S+)").Groups[1].Value
    let firstFailing = first |> Seq.find (Array.exists (fun v -> v > 7.0))

    try
        Environment.SetEnvironmentVariable(variable, seed)
        let again, _ = run ()
        Assert.Equal<float[]>(firstFailing, again[0])
    finally
        Environment.SetEnvironmentVariable(variable, null)

[<Fact>]
let ``a property that holds sees as many cases as it asks for`` () =
    let mutable cases = 0

    Properties.check "counts" 50 (Values.vector 1 0.0 1.0) (fun x ->
        cases <- cases + 1
        Assert.NotEmpty x)

    Assert.True(cases >= 50, $"{cases} cases")
