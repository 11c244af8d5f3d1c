namespace SoftmaxScripting.Core.Tests

open System
open FsCheck
open FsCheck.FSharp
open Xunit

// The thread team, the random streams and the plan cache are one per process.
[<assembly: CollectionBehavior(DisableTestParallelization = true)>]
do ()

/// Runs FsCheck properties inside xunit facts. A failure prints the property's label, the shrunk counter-example and the
/// seed that repeats it: set PROPERTY_REPLAY to that seed and run the one test again. PROPERTY_TIMES=20 tries twenty times
/// as many cases.
module internal Properties =

    let private replayVariable = "PROPERTY_REPLAY"

    let private replay () =
        match Environment.GetEnvironmentVariable replayVariable with
        | null
        | "" -> None
        | text ->
            match text.Split ',' with
            | [| seed; gamma; size |] ->
                Some
                    { Rnd = Rnd(UInt64.Parse seed, UInt64.Parse gamma)
                      Size = Some(int size) }
            | _ -> failwith $"{replayVariable} is '{text}'; it must be seed,gamma,size"

    let private times =
        match Int32.TryParse(Environment.GetEnvironmentVariable "PROPERTY_TIMES") with
        | true, n when n > 0 -> n
        | _ -> 1

    let private runner (label: string) (show: 'T -> string) =
        let text (args: obj list) =
            args
            |> List.map (fun a ->
                match a with
                | :? 'T as value -> show value
                | other -> string other)
            |> String.concat "\n"

        { new IRunner with
            member _.OnStartFixture _ = ()
            member _.OnArguments(_, _, _) = ()
            member _.OnShrink(_, _) = ()

            member _.OnFinished(_, result) =
                match result with
                | TestResult.Passed _ -> ()
                | TestResult.Exhausted data ->
                    Assert.Fail $"{label}: only {data.NumberOfTests} cases met the condition"
                | TestResult.Failed(data, original, shrunk, outcome, _, seed, size) ->
                    let why =
                        match outcome with
                        | Outcome.Failed e -> e.ToString()
                        | other -> other.ToString()

                    Assert.Fail(
                        $"{label}: fails in case {data.NumberOfTests}, shrunk {data.NumberOfShrinks} times\n"
                        + $"counter-example: {text shrunk}\n"
                        + $"as generated: {text original}\n"
                        + $"repeat with {replayVariable}={seed.Seed},{seed.Gamma},{size}\n{why}"
                    ) }

    /// Checks that `property` does not throw for `cases` values.
    let checkShown label cases (show: 'T -> string) (values: Arbitrary<'T>) (property: 'T -> unit) =
        let config =
            Config.Quick
                .WithMaxTest(if (replay ()).IsSome then 1 else cases * times)
                .WithReplay(replay ())
                .WithQuietOnSuccess(true)
                .WithRunner(runner label show)

        Check.One(config, Prop.forAll values property)

    let check label cases (values: Arbitrary<'T>) (property: 'T -> unit) =
        checkShown label cases (fun v -> $"%A{v}") values property

/// Values to test with.
module internal Values =

    /// A number between two bounds.
    let number (low: float) (high: float) : Gen<float> =
        Gen.choose (0, 1 <<< 24)
        |> Gen.map (fun i -> low + (high - low) * float i / float (1 <<< 24))

    /// Numbers are made simpler by rounding them, arrays by leaving elements out down to a least length.
    let private simplerArray least low high (values: float[]) =
        seq {
            if values.Length > least then
                for i in 0 .. values.Length - 1 do
                    Array.removeAt i values

            for i in 0 .. values.Length - 1 do
                let rounded = Math.Round values[i]

                if rounded <> values[i] && rounded >= low && rounded <= high then
                    Array.updateAt i rounded values
        }

    /// Vectors of at least this many numbers between two bounds.
    let vector least low high : Arbitrary<float[]> =
        let generator =
            Gen.sized (fun size -> Gen.choose (least, least + min 20 size))
            |> Gen.bind (fun n -> Gen.arrayOfLength n (number low high))

        Arb.fromGenShrink (generator, simplerArray least low high)

    /// Two vectors of one length.
    let twoVectors least low high : Arbitrary<float[] * float[]> =
        let generator =
            Gen.sized (fun size -> Gen.choose (least, least + min 20 size))
            |> Gen.bind (fun n ->
                Gen.zip
                    (Gen.arrayOfLength n (number low high))
                    (Gen.arrayOfLength n (number low high)))

        let shrink (a: float[], b: float[]) =
            seq {
                if a.Length > least then
                    for i in 0 .. a.Length - 1 do
                        Array.removeAt i a, Array.removeAt i b
            }

        Arb.fromGenShrink (generator, shrink)

    /// Lengths around every vector width, and tails of each.
    let lengths = [| 0..67 |]

    /// Reproducible numbers of a shape for tests that are not about the numbers.
    let fill (seed: int) low high count =
        let random = Random seed
        Array.init count (fun _ -> low + (high - low) * random.NextDouble())

    /// What floating point has besides ordinary numbers.
    let specials =
        [| 0.0
           -0.0
           1.0
           -1.0
           nan
           infinity
           -infinity
           1e-310
           -1e-310
           1e-40
           -1e-40
           1e-20
           -1e-20
           0.5
           -0.5
           88.0
           89.0
           -88.0
           -104.0
           709.0
           710.0
           -745.0
           -750.0
           1e10
           -1e10
           1e38
           -1e38
           3e38
           -3e38
           1e300
           -1e300 |]
