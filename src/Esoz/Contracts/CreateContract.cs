using Esoz.Codes;
using Esoz.Dictionaries;
using Esoz.Platform.Schema;

namespace Esoz.Contracts;

/// <summary>Private. Create contract (contracts §5.2).</summary>
public static class CreateContract
{
    private static readonly JsonSchema Schema = JsonSchema.Embedded(typeof(CreateContract));

    private static readonly GuardedWrite<Contract> Creation = new()
    {
        Lock = ContractReferences.Lock,
        Sources = ContractReferences.Sources,
        Rules = [.. ContractReferences.Rules(first: 1)],
        Write = $"""
            INSERT INTO contracts AS contract (id, {Rows.ContractBody.Columns}, is_active, inserted_at, inserted_by, updated_at, updated_by)
            SELECT $1, {Rows.ContractBody.Places}, true, now(), $2, now(), $2 WHERE {Guard.Allowed}
            ON CONFLICT (contract_number) WHERE status = '{ContractStatus.Verified}' AND is_active DO NOTHING
            """,
        Effects =
        [
            $"""
            INSERT INTO contract_medical_programs (id, contract_id, medical_program_id, is_active, inserted_at, inserted_by, updated_at,
              updated_by)
            SELECT gen_random_uuid(), contract.id, program, true, now(), $2, now(), $2
              FROM contract, unnest(${Rows.ContractBody.Next}::uuid[]) program
            """,
        ],
        Row = Rows.Contract,
    };

    public static readonly MethodCard Card = new("private-create-contract", "Private. Create contract",
        "POST", "/api/admin/contracts", Family.IlAdmin, "private_contracts:write")
    {
        Purpose = "Creates a contract of type GB_CBP through the NHS IT system",
        Handle = Handle,
        HasPersonalData = false,
        Body = Schema,
        Validations = Creation.Rules,
        IsIdempotent = true,
        Success = StatusCodes.Status201Created,
        Answer = typeof(Contract),
    };

    public static async Task<Reply> Handle(Caller caller, Body body, DictionaryCodes dictionaries, Work work, CancellationToken ct)
    {
        if (!body.Matches<ContractRequest>(Schema, await dictionaries.For(Schema, ct), out var request, out var refusal))
            return refusal;

        // The schema accepts two spellings of the same uuid as different items.
        Guid[] programs = [.. (request.MedicalPrograms ?? []).Distinct().Order()];
        var written = await Creation.Run(work, ct, [Guid.NewGuid(), caller.UserId, .. Rows.ContractBody.Of(request), programs]);
        // A statement does not see the programs that it inserts itself.
        return written.Show(contract => contract with { MedicalPrograms = programs });
    }
}
