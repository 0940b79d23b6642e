using Esoz.Dictionaries;
using Esoz.Platform;
using Esoz.Platform.Database;
using Esoz.Platform.Http;
using Esoz.Platform.Schema;
using Npgsql;

namespace Esoz.Contracts;

/// <summary>Private. Update contract (contracts §5.3).</summary>
public static class UpdateContract
{
    private static readonly JsonSchema Schema = JsonSchema.Embedded(typeof(UpdateContract));

    private static readonly Validation ContractExists = new("1", "contract exists, is_active = true",
        Refusal.NotFound("Contract with such id is not found"));

    private static readonly Validation TypeAllowsUpdate = new("2", "type of the contract is GB_CBP",
        Refusal.Conflict("Only contracts with type GB_CBP can be updated"));

    public static readonly MethodCard Card = new("private-update-contract", "Private. Update contract",
        "PUT", "/api/admin/contracts/{id}", Family.IlAdmin, "private_contracts:write")
    {
        Purpose = "Replaces the data of a contract of type GB_CBP through the NHS IT system",
        Handle = Handle,
        Body = Schema,
        Validations = [ContractExists, TypeAllowsUpdate, .. ContractReferences.Validations(first: 3)],
        Answer = typeof(Contract),
    };

    /// <summary>A transaction of its own instead of one guarded statement: the checks look at many tables, and the method is rare.</summary>
    public static async Task<Reply> Handle(Caller caller, PathId id, Body body, DictionaryCodes dictionaries, PostgresDatabase database, CancellationToken ct)
    {
        if (!body.Matches<ContractRequest>(Schema, await dictionaries.For(Schema, ct), out var request, out var refusal))
            return refusal;

        var contractId = id.Value ?? Guid.Empty;
        await using var connection = await database.Source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var references = await ContractReferences.Lock(connection, request, contractId, ct);
        var type = await TypeOf(connection, contractId, ct);

        if (type is null)
            return ContractExists;

        if (type != "GB_CBP")
            return TypeAllowsUpdate;

        // Validations 3–11
        if (references.Broken(request) is { } broken)
            return broken;

        // Processing
        if (!await Write(connection, caller, contractId, request, ct))
            return ContractReferences.NumberIsFree;
        var contract = await Rows.ReadContract(connection, contractId, ct);
        await transaction.CommitAsync(ct);
        return Reply.Data(contract);
    }

    private static async Task<string?> TypeOf(NpgsqlConnection connection, Guid id, CancellationToken ct)
    {
        await using var command = PostgresDatabase.Command(connection, "SELECT type FROM contracts WHERE id = $1 AND is_active", id);
        return (string?)await command.ExecuteScalarAsync(ct);
    }

    /// <returns>False when a simultaneous call was first with the same number; the transaction is over then.</returns>
    private static async Task<bool> Write(NpgsqlConnection connection, Caller caller, Guid id, ContractRequest request, CancellationToken ct)
    {
        await using var command = PostgresDatabase.Command(connection, Sql, [id, caller.UserId, .. Rows.ContractBody.Of(request)]);
        try
        {
            await command.ExecuteNonQueryAsync(ct);
            return true;
        }
        catch (PostgresException fault) when (fault.ConstraintName == VerifiedNumber)
        {
            return false;
        }
    }

    /// <summary>Index that keeps the numbers of VERIFIED contracts apart.</summary>
    private const string VerifiedNumber = "contracts_verified_number_key";

    private static readonly string Sql = $"""
        UPDATE contracts
           SET ({Rows.ContractBody.Columns}, updated_at, updated_by) = ({Rows.ContractBody.Places}, now(), $2)
         WHERE id = $1
        """;
}
