// A project in F#: dotnet run --project experiments/programs/fsharp -- --epochs 5
open System
open SoftmaxScripting.Core
open SoftmaxScripting.Toolkit

[<EntryPoint>]
let main arguments =
    use _ = ScriptSession.Begin(ScriptSession.FromArguments arguments)

    let epochs =
        Prelude.Option("epochs", 10, "passes over the rows", Nullable 1, Nullable())

    Prelude.Seed 1UL
    let x = Tensor.Normal(1000, 2)
    let number (value: float) : Tensor = Tensor.op_Implicit value
    let plane = x.MatMul(Tensor.Of(2f, 3.4f).Reshape(2, 1)) + number 4.2
    let y = plane + number 0.01 * Tensor.Normal(1000, 1)
    let model = Prelude.Sequential(Prelude.Linear(2, 1))

    let squaredError (p: Tensor) (t: Tensor) = (p - t).Pow(number 2.0).Mean()

    Prelude.Train(
        model,
        Datasets.FromTensors(x, y),
        squaredError,
        Prelude.Sgd 0.03,
        epochs,
        batchSize = 10
    )
    |> ignore

    printfn $"w = {model.Parameters[0].Value.Reshape 2}"
    printfn $"b = {model.Parameters[1].Value}"
    0
