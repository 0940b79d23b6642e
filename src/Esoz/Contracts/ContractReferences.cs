using Esoz.Platform;
using Esoz.Platform.Database;
using Esoz.Platform.Http;
using Npgsql;

namespace Esoz.Contracts;

/// <summary>
/// Whom and what a contract names, with the nine checks that creating and updating share (contracts §5.2). The paths of 5, 6 and 7 are
/// those of the page.
/// </summary>
public sealed class ContractReferences
{
    private static readonly Validation StatusIsKnown = new("1", "status is VERIFIED or TERMINATED",
        Refusal.Unprocessable("Invalid contract status", "$.status"));

    private static readonly Validation ContractorIsActive = new("2", "contractor legal entity exists, is_active = true",
        Refusal.Conflict("Invalid contractor legal entity id", "$.contractor_legal_entity_id"));

    private static readonly Validation OwnerExists = new("3", "owner exists",
        Refusal.NotFound("Employee is not found", "$.contractor_owner_id"));

    private static readonly Validation OwnerIsContractors = new("4", "owner: works in the contractor legal entity, employee_type = OWNER, APPROVED, is_active = true",
        Refusal.Unprocessable("Contractor owner must be an active and within current legal entity", "$.contractor_owner_id"));

    private static readonly Validation SignerExists = new("5", "NHS signer exists",
        Refusal.NotFound("Employee is not found", "$.contractor_owner_id"));

    private static readonly Validation SignerIsOfNhs = new("6", "NHS signer: works in the legal entity nhs_legal_entity_id of type NHS, APPROVED, is_active = true",
        Refusal.Unprocessable("Contractor signer must be an active and within NHS legal entity", "$.contractor_owner_id"));

    private static readonly Validation NhsIsActive = new("7", "NHS legal entity exists, is_active = true, type NHS",
        Refusal.Conflict("Invalid nhs legal entity id", "$.contractor_legal_entity_id"));

    private static readonly Validation ParentExists = new("8", "parent contract exists when one is named",
        Refusal.Conflict("Invalid parent contract id", "$.parent_contract_id"));

    /// <summary>Also answered when a simultaneous call was first: the index has the last word.</summary>
    public static readonly Validation NumberIsFree = new("9", "a VERIFIED contract: no other active VERIFIED contract has its contract_number",
        Refusal.Conflict("Verified contract with such number already exists", "$.contract_number"));

    private static readonly Validation[] Checks =
        [StatusIsKnown, ContractorIsActive, OwnerExists, OwnerIsContractors, SignerExists, SignerIsOfNhs, NhsIsActive, ParentExists, NumberIsFree];

    private LegalEntity? Contractor { get; init; }
    private Employee? Owner { get; init; }
    private Employee? Signer { get; init; }
    private LegalEntity? Nhs { get; init; }
    private bool ParentIsThere { get; init; }
    private bool NumberIsTaken { get; init; }

    /// <summary>The checks in order, numbered from <paramref name="first"/>.</summary>
    public static IEnumerable<Validation> Validations(int first) => Checks.Select((check, i) => check with { Number = $"{first + i}" });

    /// <summary>Locks what <paramref name="request"/> names, and the contract that it updates if any, until the end of the transaction; then looks at it.</summary>
    public static async Task<ContractReferences> Lock(NpgsqlConnection connection, ContractRequest request, Guid? contract, CancellationToken ct)
    {
        await using (var locks = PostgresDatabase.Command(connection, Locks,
            request.ContractorLegalEntityId, request.NhsLegalEntityId, contract, request.ContractorOwnerId, request.NhsSignerId))
            await locks.ExecuteNonQueryAsync(ct);
        await using var command = PostgresDatabase.Command(connection, Sql, request.ContractorLegalEntityId, request.ContractorOwnerId,
            request.NhsSignerId, request.NhsLegalEntityId, request.ParentContractId, request.ContractNumber, contract);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        var column = new RowCursor(row);
        return new()
        {
            Contractor = ReadLegalEntity(ref column),
            Owner = ReadEmployee(ref column),
            Signer = ReadEmployee(ref column),
            Nhs = ReadLegalEntity(ref column),
            ParentIsThere = column.Flag(),
            NumberIsTaken = column.Flag(),
        };
    }

    /// <summary>The first check that does not hold.</summary>
    public Validation? Broken(ContractRequest request)
    {
        if (request.Status is not ("VERIFIED" or "TERMINATED"))
            return StatusIsKnown;

        if (Contractor is not { IsActive: true })
            return ContractorIsActive;

        if (Owner is not { } owner)
            return OwnerExists;

        if (owner.LegalEntityId != request.ContractorLegalEntityId || owner is not { Type: "OWNER", Status: "APPROVED", IsActive: true })
            return OwnerIsContractors;

        if (Signer is not { } signer)
            return SignerExists;

        if (signer.LegalEntityId != request.NhsLegalEntityId || Nhs is not { Type: "NHS" } || signer is not { Status: "APPROVED", IsActive: true })
            return SignerIsOfNhs;

        if (Nhs is not { IsActive: true, Type: "NHS" })
            return NhsIsActive;

        if (request.ParentContractId is not null && !ParentIsThere)
            return ParentExists;

        if (request.Status == "VERIFIED" && NumberIsTaken)
            return NumberIsFree;

        return null;
    }

    private static LegalEntity? ReadLegalEntity(ref RowCursor column)
    {
        var (type, isActive) = (column.TextOrNull(), column.FlagOrNull());
        return type is null ? null : new(type, isActive!.Value);
    }

    private static Employee? ReadEmployee(ref RowCursor column)
    {
        var (legalEntity, type, status, isActive) = (column.UuidOrNull(), column.TextOrNull(), column.TextOrNull(), column.FlagOrNull());
        return legalEntity is { } id ? new(id, type!, status!, isActive!.Value) : null;
    }

    private sealed record LegalEntity(string Type, bool IsActive);

    private sealed record Employee(Guid LegalEntityId, string Type, string Status, bool IsActive);

    private const string Locks = """
        SELECT id FROM (SELECT id FROM legal_entities WHERE id IN ($1, $2) ORDER BY id FOR SHARE) legal_entity
        UNION ALL
        SELECT id FROM (SELECT id FROM contracts WHERE id = $3 FOR NO KEY UPDATE) contract
        UNION ALL
        SELECT id FROM (SELECT id FROM employees WHERE id IN ($4, $5) ORDER BY id FOR SHARE) employee
        """;

    private const string Sql = """
        SELECT contractor.type, contractor.is_active,
               owner.legal_entity_id, owner.employee_type, owner.status, owner.is_active,
               signer.legal_entity_id, signer.employee_type, signer.status, signer.is_active,
               nhs.type, nhs.is_active,
               EXISTS (SELECT FROM contracts WHERE id = $5),
               EXISTS (SELECT FROM contracts WHERE contract_number = $6 AND status = 'VERIFIED' AND is_active AND id IS DISTINCT FROM $7)
          FROM (SELECT) one
          LEFT JOIN legal_entities contractor ON contractor.id = $1
          LEFT JOIN employees owner ON owner.id = $2
          LEFT JOIN employees signer ON signer.id = $3
          LEFT JOIN legal_entities nhs ON nhs.id = $4
        """;
}
