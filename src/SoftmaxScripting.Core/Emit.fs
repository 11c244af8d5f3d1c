namespace SoftmaxScripting.Core

open System
open System.Reflection
open System.Reflection.Emit
open System.Runtime.CompilerServices
open SoftmaxScripting.Kernels

/// The elementwise part of a loop for one block, as one vector loop: addresses of the values that are read or left in
/// memory (0 for the others), and the number of elements.
type internal BlockCode = delegate of addresses: nativeint[] * length: int -> unit

/// Turns the instructions of a loop into machine code: every value that no one else needs stays in a vector register.
module internal Emit =

    /// What becomes of a value in the code.
    [<RequireQualifiedAccess>]
    type Role =
        /// Read vector by vector from its address.
        | Read
        /// The one element at its address, in every lane.
        | Repeated
        | Number of float
        | Computed of Instruction * isLeft: bool

    /// Elements times instructions after which code is made for a loop: making it takes some milliseconds, which a loop
    /// that runs once never earns back. Tests set it to 0, to emit always, or to the largest number, to emit never.
    let mutable worthwhile = 20_000_000L

    /// Whether code can be made at run time here.
    let isSupported = RuntimeFeature.IsDynamicCodeSupported

    let private anyAccess =
        BindingFlags.Static ||| BindingFlags.Public ||| BindingFlags.NonPublic

    /// Code that gives each value its role, in order.
    let block (element: Type) (roles: Role[]) : BlockCode =
        let vector = Widest.VectorOf element
        let elementBytes = if element = typeof<float32> then 4 else 8
        let lanes = Widest.Bits / 8 / elementBytes

        let vectorMethod (name: string) =
            vector.GetMethods anyAccess |> Array.find (fun m -> m.Name = name)

        let apply (operator: Type) =
            operator.GetMethods anyAccess
            |> Array.find (fun m -> m.Name = "Apply")
            |> fun m -> m.MakeGenericMethod(vector, element)

        let method' =
            DynamicMethod(
                "block",
                typeof<Void>,
                [| typeof<nativeint[]>; typeof<int> |],
                typeof<UnaryFunction>.Module,
                true
            )

        let il = method'.GetILGenerator()
        let values = roles |> Array.map (fun _ -> il.DeclareLocal vector)
        let addresses = roles |> Array.map (fun _ -> il.DeclareLocal typeof<nativeint>)
        let zero = il.DeclareLocal vector
        let index = il.DeclareLocal typeof<int>
        let call (m: MethodInfo) = il.Emit(OpCodes.Call, m)

        let pushAddress i =
            il.Emit(OpCodes.Ldloc, addresses[i])
            il.Emit(OpCodes.Ldloc, index)
            il.Emit OpCodes.Conv_I
            il.Emit(OpCodes.Ldc_I4, elementBytes)
            il.Emit OpCodes.Mul
            il.Emit OpCodes.Add

        let pushRest () =
            il.Emit OpCodes.Ldarg_1
            il.Emit(OpCodes.Ldloc, index)
            il.Emit OpCodes.Sub

        let prologue () =
            il.Emit(OpCodes.Ldc_R8, 0.0)
            call (vectorMethod "Create")
            il.Emit(OpCodes.Stloc, zero)

            roles
            |> Array.iteri (fun i role ->
                match role with
                | Role.Number c ->
                    il.Emit(OpCodes.Ldc_R8, c)
                    call (vectorMethod "Create")
                    il.Emit(OpCodes.Stloc, values[i])
                | Role.Read
                | Role.Repeated
                | Role.Computed(_, true) ->
                    il.Emit OpCodes.Ldarg_0
                    il.Emit(OpCodes.Ldc_I4, i)
                    il.Emit OpCodes.Ldelem_I
                    il.Emit(OpCodes.Stloc, addresses[i])

                    if role = Role.Repeated then
                        il.Emit(OpCodes.Ldloc, addresses[i])
                        il.Emit(OpCodes.Ldobj, element)
                        call (vectorMethod "Broadcast")
                        il.Emit(OpCodes.Stloc, values[i])
                | Role.Computed(_, false) -> ())

        let load (i: int) = il.Emit(OpCodes.Ldloc, values[i])

        let compute instruction =
            match instruction with
            | Instruction.Unary(op, x) ->
                load x
                call (apply (OpTable.unary op).Kernel.Operator)
            | Instruction.Binary(op, a, b) ->
                load a
                load b
                call (apply (OpTable.binary op).Kernel.Operator)
            | Instruction.Select(c, a, b) ->
                load c
                il.Emit(OpCodes.Ldloc, zero)
                call (vectorMethod "Equal")
                load b
                load a
                call (vectorMethod "Select")

        /// One vector of every value; the last, partial one knows how many lanes count.
        let body isPartial =
            let suffix = if isPartial then "Partial" else ""

            roles
            |> Array.iteri (fun i role ->
                match role with
                | Role.Number _
                | Role.Repeated -> ()
                | Role.Read ->
                    pushAddress i

                    if isPartial then
                        pushRest ()

                    call (vectorMethod ("Load" + suffix))
                    il.Emit(OpCodes.Stloc, values[i])
                | Role.Computed(instruction, isLeft) ->
                    compute instruction
                    il.Emit(OpCodes.Stloc, values[i])

                    if isLeft then
                        load i
                        pushAddress i

                        if isPartial then
                            pushRest ()

                        call (vectorMethod ("Store" + suffix)))

        let start, test, tail, finish =
            il.DefineLabel(), il.DefineLabel(), il.DefineLabel(), il.DefineLabel()

        prologue ()
        il.Emit(OpCodes.Br, test)
        il.MarkLabel start
        body false
        il.Emit(OpCodes.Ldloc, index)
        il.Emit(OpCodes.Ldc_I4, lanes)
        il.Emit OpCodes.Add
        il.Emit(OpCodes.Stloc, index)
        il.MarkLabel test
        il.Emit(OpCodes.Ldloc, index)
        il.Emit OpCodes.Ldarg_1
        il.Emit(OpCodes.Ldc_I4, lanes)
        il.Emit OpCodes.Sub
        il.Emit(OpCodes.Ble, start)
        il.MarkLabel tail
        il.Emit(OpCodes.Ldloc, index)
        il.Emit OpCodes.Ldarg_1
        il.Emit(OpCodes.Bge, finish)
        body true
        il.MarkLabel finish
        il.Emit OpCodes.Ret
        method'.CreateDelegate typeof<BlockCode> :?> BlockCode
