namespace SoftmaxScripting.Core

open System.Collections.Generic

/// What a training step keeps of its parameters between steps: named tensors in each parameter's shape, in two sets of
/// buffers. A plan reads the current one and writes the other; what was written then becomes current.
[<Sealed>]
type internal StepMemory(parameters: Parameter[], names: string[]) =

    let allocate () =
        parameters
        |> Array.map (fun p ->
            names
            |> Array.map (fun _ ->
                let storage = Storage.Allocate(p.Value.DType, p.Value.Size)
                storage.Fill 0.0
                storage))

    let current = allocate ()
    let next = allocate ()

    /// Names that are all different, whatever the parameters are called.
    let labels =
        let used = Dictionary<string, int>()

        parameters
        |> Array.map (fun p ->
            names
            |> Array.map (fun name ->
                let label = (name: string).Replace("*", p.Name)
                let count = used.GetValueOrDefault(label, 0) + 1
                used[label] <- count
                if count = 1 then label else $"{label}#{count}"))

    /// The buffers that hold the present values: by parameter, then by name.
    member _.Current = current

    /// The buffers to be written next.
    member _.Next = next

    /// Makes what was written for every parameter under this name current.
    member _.Advance(slot: int) =
        for i in 0 .. parameters.Length - 1 do
            let before = current[i].[slot]
            current[i].[slot] <- next[i].[slot]
            next[i].[slot] <- before

    member _.Holds(storage: Storage) =
        current
        |> Array.exists (Array.exists (fun s -> obj.ReferenceEquals(s, storage)))

    /// A copy of what is kept under a name for a parameter.
    member _.Copy(parameter: int, slot: int) =
        Tensor(Expr.data (current[parameter].[slot].Copy()) parameters[parameter].Value.Shape)

    /// Copies of everything, by label.
    member this.Tensors: KeyValuePair<string, Tensor>[] =
        [| for i in 0 .. parameters.Length - 1 do
               for s in 0 .. names.Length - 1 -> KeyValuePair(labels[i].[s], this.Copy(i, s)) |]

    /// Takes values by label.
    member _.Restore(tensors: IReadOnlyDictionary<string, Tensor>) =
        for i in 0 .. parameters.Length - 1 do
            for s in 0 .. names.Length - 1 do
                let label = labels[i].[s]
                let shape = parameters[i].Value.Shape
                let buffer = current[i].[s]

                match tensors.TryGetValue label with
                | true, t when t.Shape.Equals shape && t.DType = buffer.DType ->
                    t.Storage.CopyTo buffer
                | true, t ->
                    raise (
                        SoftmaxException
                            $"The saved tensor {label} is {t.DType} of shape {t.Shape}; this training needs {buffer.DType} of shape {shape}: it was saved by another model."
                    )
                | _ ->
                    raise (
                        SoftmaxException
                            $"The saved state has no tensor {label}: it was saved by another model, another optimiser or with other options."
                    )
