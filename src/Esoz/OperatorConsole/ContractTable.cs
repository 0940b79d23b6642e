using Esoz.Codes;
using Esoz.Contracts;
using Esoz.Pages;
using Npgsql;

namespace Esoz.OperatorConsole;

/// <summary>A contract in a list.</summary>
/// <param name="Files">Names under which something was uploaded for it; at least one when it names a signed file.</param>
public sealed record ListedContract(Guid Id, string? ContractNumber, string? Provider, string Edrpou, DateOnly StartDate, DateOnly EndDate,
    string Status, bool IsSuspended, double? NhsContractPrice, long Files);

/// <summary>Which contracts; null = any.</summary>
/// <param name="Name">Part of the provider's name.</param>
/// <param name="From">In force on this day or later.</param>
/// <param name="Until">In force on this day or earlier.</param>
public sealed record ContractFilter(string? Number, string? Edrpou, string? Name, string? Status, DateOnly? From, DateOnly? Until)
{
    public static ContractFilter Of(Parameters query) => new(query["number"]?.Trim(), query["edrpou"]?.Trim(), query["name"]?.Trim(),
        query["status"] is { } status && ContractStatus.All.Contains(status) ? status : null, Shown.DateOf(query["from"]),
        Shown.DateOf(query["until"]));

    /// <summary>The same as parameters of an address.</summary>
    public IEnumerable<(string, string?)> Query =>
    [
        ("number", Number), ("edrpou", Edrpou), ("name", Name), ("status", Status), ("from", Shown.Field(From)), ("until", Shown.Field(Until)),
    ];
}

/// <summary>How many contracts start and end in a month.</summary>
/// <param name="Month">Its first day.</param>
public sealed record ContractMonth(DateOnly Month, long Starts, long Ends);

/// <summary>An employee under a contract.</summary>
/// <param name="Position">In words, or the code of one that the dictionary does not have.</param>
/// <param name="EndDate">Null = no end.</param>
public sealed record ContractMember(Guid PartyId, string Name, string Position, string Division, double StaffUnits, int DeclarationLimit,
    DateTime StartDate, DateTime? EndDate);

/// <summary>Reads contracts for the console: those that the methods show (type GB_CBP, not deleted).</summary>
public sealed class ContractTable(PostgresDatabase database)
{
    /// <summary>Condition on the alias <c>contract</c>.</summary>
    internal const string OursSql = $"contract.type = '{ContractType.GbCbp}' AND contract.is_active";

    /// <summary>Name of the alias <c>party</c>.</summary>
    internal const string PersonSql = "concat_ws(' ', party.last_name, party.first_name, party.second_name)";

    private static readonly RowMap<ListedContract> Listed = new RowMap<ListedContract>("contract")
    {
        Joins = "JOIN legal_entities provider ON provider.id = contract.contractor_legal_entity_id",
    }
        .Column(contract => contract.Provider, "provider.name")
        .Column(contract => contract.Edrpou, "provider.edrpou")
        .Column(contract => contract.Files, """
            greatest((contract.signed_content_location IS NOT NULL)::int::bigint,
                     (SELECT count(DISTINCT name_digest) FROM media_uploads WHERE resource_id = contract.id))
            """);

    /// <summary>The latest first.</summary>
    public Task<IReadOnlyList<ListedContract>> List(ContractFilter filter, int limit, int offset, CancellationToken ct) => Read($"""
        SELECT {Listed.Columns}
          FROM contracts contract {Listed.Joins}
         WHERE {OursSql} AND ($1::text IS NULL OR contract.contract_number = $1) AND ($2::text IS NULL OR provider.edrpou = $2)
           AND ($3::text IS NULL OR strpos(lower(provider.name), lower($3)) > 0) AND ($4::text IS NULL OR contract.status = $4)
           AND ($5::date IS NULL OR contract.end_date >= $5) AND ($6::date IS NULL OR contract.start_date <= $6)
         ORDER BY contract.start_date DESC, contract.contract_number, contract.id
         LIMIT $7 OFFSET $8
        """, row => Listed.Read(row), ct, filter.Number, filter.Edrpou, filter.Name, filter.Status, filter.From, filter.Until, limit,
        offset);

    /// <summary>The twelve months before the present one, that one, and the twelve after it.</summary>
    public Task<IReadOnlyList<ContractMonth>> Months(CancellationToken ct) => Read($"""
        WITH months AS (
          SELECT generate_series(date_trunc('month', now() AT TIME ZONE 'UTC') - interval '12 months',
                                 date_trunc('month', now() AT TIME ZONE 'UTC') + interval '12 months', interval '1 month')::date AS month
        ), ends AS (
          SELECT date_trunc('month', day)::date AS month,
                 count(*) FILTER (WHERE is_start) AS starts, count(*) FILTER (WHERE NOT is_start) AS ends
            FROM contracts contract
            CROSS JOIN LATERAL (VALUES (contract.start_date, true), (contract.end_date, false)) AS edge (day, is_start)
           WHERE {OursSql} AND day >= (SELECT min(month) FROM months) GROUP BY 1)
        SELECT month, coalesce(starts, 0), coalesce(ends, 0) FROM months LEFT JOIN ends USING (month) ORDER BY month
        """, row => new ContractMonth(row.GetFieldValue<DateOnly>(0), row.GetInt64(1), row.GetInt64(2)), ct);

    /// <summary>Null when there is none.</summary>
    public Task<Contract?> Find(Guid id, CancellationToken ct) => Rows.Contract.ReadOne(
        database.Command($"SELECT {Rows.Contract.Columns} FROM contracts contract WHERE contract.id = $1 AND {OursSql}", id), ct);

    /// <summary>Name and ЄДРПОУ of a legal entity.</summary>
    public async Task<(string? Name, string Edrpou)> Provider(Guid legalEntity, CancellationToken ct) => (await Read(
        "SELECT name, edrpou FROM legal_entities WHERE id = $1", row => (row.Text(0), row.GetString(1)), ct, legalEntity)).Single();

    /// <summary>The person behind an employee.</summary>
    public async Task<(Guid PartyId, string Name)> Person(Guid employee, CancellationToken ct) => (await Read($"""
        SELECT party.id, {PersonSql} FROM employees employee JOIN parties party ON party.id = employee.party_id WHERE employee.id = $1
        """, row => (row.GetGuid(0), row.GetString(1)), ct, employee)).Single();

    /// <summary>Names of the divisions under a contract.</summary>
    public Task<IReadOnlyList<string>> Divisions(Guid contract, int limit, CancellationToken ct) => Read("""
        SELECT division.name
          FROM contract_divisions place JOIN divisions division ON division.id = place.division_id
         WHERE place.contract_id = $1 AND place.is_active
         ORDER BY division.name, place.id
         LIMIT $2
        """, row => row.GetString(0), ct, contract, limit);

    /// <summary>Employees under a contract, by name.</summary>
    public Task<IReadOnlyList<ContractMember>> Members(Guid contract, int limit, CancellationToken ct) => Read($"""
        SELECT party.id, {PersonSql}, coalesce(position.description, employee.position), division.name, member.staff_units,
               member.declaration_limit, member.start_date, member.end_date
          FROM contract_employees member
          JOIN employees employee ON employee.id = member.employee_id
          JOIN parties party ON party.id = employee.party_id
          JOIN divisions division ON division.id = member.division_id
          LEFT JOIN dictionary_values position
            ON position.code = employee.position AND position.dictionary_id = (SELECT id FROM dictionaries WHERE name = 'POSITION')
         WHERE member.contract_id = $1 AND member.is_active
         ORDER BY 2, member.id
         LIMIT $2
        """, row => new ContractMember(row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetDouble(4),
            row.GetInt32(5), row.GetDateTime(6), row.IsDBNull(7) ? null : row.GetDateTime(7)), ct, contract, limit);

    /// <summary>Rows whose changes are the history of a contract: it, its parts and its files.</summary>
    internal const string HistorySql = """
        SELECT 'contracts', $1::text
        UNION ALL SELECT 'contract_divisions', id::text FROM contract_divisions WHERE contract_id = $1
        UNION ALL SELECT 'contract_employees', id::text FROM contract_employees WHERE contract_id = $1
        UNION ALL SELECT 'contract_medical_programs', id::text FROM contract_medical_programs WHERE contract_id = $1
        UNION ALL SELECT 'media_uploads', id::text FROM media_uploads WHERE resource_id = $1
        """;

    private Task<IReadOnlyList<T>> Read<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken ct, params object?[] values) =>
        database.Command(sql, values).ReadAll(read, ct);
}
