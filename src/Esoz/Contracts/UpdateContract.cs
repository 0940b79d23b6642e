using Esoz.Dictionaries;
using Esoz.Platform.Schema;

namespace Esoz.Contracts;

/// <summary>Private. Update contract (contracts §5.3).</summary>
public static class UpdateContract
{
    private static readonly JsonSchema Schema = JsonSchema.Embedded(typeof(UpdateContract));

    private static readonly GuardedWrite<Contract> Update = new()
    {
        Lock = ContractReferences.Lock,
        Sources = [new("found", "SELECT id, type FROM contracts WHERE id = $1 AND is_active"), .. ContractReferences.Sources],
        Rules =
        [
            new("1", "contract exists, is_active = true", "found.id IS NOT NULL",
                Refusal.NotFound("Contract with such id is not found")),
            new("2", "type of the contract is GB_CBP", $"found.type = '{ContractType.GbCbp}'",
                Refusal.Conflict("Only contracts with type GB_CBP can be updated")),
            .. ContractReferences.Rules(first: 3),
        ],
        Write = $"""
            UPDATE contracts contract
               SET ({Rows.ContractBody.Columns}, updated_at, updated_by) = ({Rows.ContractBody.Places}, now(), $2)
             WHERE contract.id = $1 AND {Guard.Allowed}
            """,
        Row = Rows.Contract,
    };

    public static readonly MethodCard Card = new("private-update-contract", "Private. Update contract",
        "PUT", "/api/admin/contracts/{id}", Family.IlAdmin, "private_contracts:write")
    {
        Purpose = "Replaces the data of a contract of type GB_CBP through the NHS IT system",
        Handle = Handle,
        HasPersonalData = false,
        Body = Schema,
        Validations = Update.Rules,
        Answer = typeof(Contract),
    };

    public static async Task<Reply> Handle(
        Caller caller, PathId id, Body body, DictionaryCodes dictionaries, Work work, CancellationToken ct)
    {
        if (!body.Matches<ContractRequest>(Schema, await dictionaries.For(Schema, ct), out var request, out var refusal))
            return refusal;

        return await Replace(work, id.Value ?? Guid.Empty, caller.UserId, request, ct);
    }

    /// <summary>The numbered checks in their order, then the write.</summary>
    public static Task<Outcome<Contract>> Replace(Work work, Guid id, Guid user, ContractRequest request, CancellationToken ct) =>
        Update.Run(work, ct, [id, user, .. Rows.ContractBody.Of(request)]);
}
