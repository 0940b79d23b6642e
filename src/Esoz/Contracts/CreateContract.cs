using Esoz.Dictionaries;
using Esoz.Platform.Database;
using Esoz.Platform.Http;
using Esoz.Platform.Schema;
using Npgsql;

namespace Esoz.Contracts;

/// <summary>Private. Create contract (contracts §5.2).</summary>
public static class CreateContract
{
    private static readonly JsonSchema Schema = JsonSchema.Embedded(typeof(CreateContract));

    public static readonly MethodCard Card = new("private-create-contract", "Private. Create contract",
        "POST", "/api/admin/contracts", Family.IlAdmin, "private_contracts:write")
    {
        Purpose = "Creates a contract of type GB_CBP through the NHS IT system",
        Handle = Handle,
        Body = Schema,
        Validations = [.. ContractReferences.Validations(first: 1)],
        IsIdempotent = true,
        Success = StatusCodes.Status201Created,
        Answer = typeof(Contract),
    };

    /// <summary>A transaction of its own instead of one guarded statement: the checks look at many tables, and the method is rare.</summary>
    public static async Task<Reply> Handle(Caller caller, Body body, DictionaryCodes dictionaries, Work work, CancellationToken ct)
    {
        if (!body.Matches<ContractRequest>(Schema, await dictionaries.For(Schema, ct), out var request, out var refusal))
            return refusal;

        await using var steps = await work.Begin(ct);
        var connection = steps.Connection;

        // Validations 1–9
        var references = await ContractReferences.Lock(connection, request, contract: null, ct);
        if (references.Broken(request) is { } broken)
            return broken;

        // Processing
        if (await Insert(connection, caller, request, ct) is not { } id)
            return ContractReferences.NumberIsFree;
        var contract = await Rows.ReadContract(connection, id, ct);
        await steps.Commit(ct);
        return Reply.Data(contract);
    }

    /// <returns>Null when a simultaneous call was first with the same number.</returns>
    private static async Task<Guid?> Insert(NpgsqlConnection connection, Caller caller, ContractRequest request, CancellationToken ct)
    {
        // Two spellings of one uuid pass the schema as two.
        var programs = request.MedicalPrograms?.Distinct().ToArray() ?? [];
        await using var command = PostgresDatabase.Command(connection, Sql, [Guid.NewGuid(), caller.UserId, .. Rows.ContractBody.Of(request), programs]);
        return (Guid?)await command.ExecuteScalarAsync(ct);
    }

    private static readonly string Sql = $"""
        WITH contract AS (
          INSERT INTO contracts (id, {Rows.ContractBody.Columns}, is_active, inserted_at, inserted_by, updated_at, updated_by)
          VALUES ($1, {Rows.ContractBody.Places}, true, now(), $2, now(), $2)
          ON CONFLICT (contract_number) WHERE status = 'VERIFIED' AND is_active DO NOTHING
          RETURNING id
        ), programs AS (
          INSERT INTO contract_medical_programs (id, contract_id, medical_program_id, is_active, inserted_at, inserted_by, updated_at, updated_by)
          SELECT gen_random_uuid(), contract.id, program, true, now(), $2, now(), $2
            FROM contract, unnest(${Rows.ContractBody.Next}::uuid[]) program
        )
        SELECT id FROM contract
        """;
}
