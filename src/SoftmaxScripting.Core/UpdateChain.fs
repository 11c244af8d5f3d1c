namespace SoftmaxScripting.Core

open System.Collections.Generic

/// The updates of an optimiser, one after another, on the graphs of a step.
module internal UpdateChain =

    /// A number of the update in a parameter's dtype.
    let cast (dtype: DType) (number: Expr) = Tensor(Build.cast dtype number)

    /// The directions of all parameters and their new states after the whole chain. `numbers` are by group, then by update.
    let apply
        (optimizer: ChainedOptimizer)
        (parameters: Parameter[])
        (groupOf: int[])
        (variables: Expr[])
        (gradients: Tensor[])
        (states: Expr[][])
        (numbers: Expr[][][])
        : struct (Tensor[] * Tensor[][]) =
        let count = parameters.Length
        let mutable directions = gradients
        let kept = Array.init count (fun _ -> List<Tensor>())
        let mutable first = 0

        for u in 0 .. optimizer.Updates.Length - 1 do
            let update = optimizer.Updates[u]
            let width = update.StateNames.Length
            let before, from = directions, first

            let results =
                Array.init count (fun i ->
                    UpdateSite(
                        parameters[i].Name,
                        Tensor variables[i],
                        before[i],
                        Array.map Tensor states[i].[from .. from + width - 1],
                        numbers[groupOf[i]].[u] |> Array.map (cast variables[i].DType)
                    ))
                |> update.ApplyAll

            results
            |> Array.iteri (fun i (struct (_, state)) ->
                if state.Length <> width then
                    raise (
                        SoftmaxException
                            $"{update.GetType().Name} keeps {width} tensors for each parameter and returned {state.Length}."
                    )

                kept[i].AddRange state)

            directions <- results |> Array.map (fun (struct (direction, _)) -> direction)
            first <- first + width

        struct (directions, kept |> Array.map (fun k -> k.ToArray()))

/// What the step's plan computes.
[<RequireQualifiedAccess>]
type internal StepForm =
    /// Gradient and update.
    | Whole
    /// The gradient is added to those gathered before.
    | Gather
    /// The same, and the update with their mean.
    | Finish
