using Esoz.Pages;

namespace Esoz.OperatorConsole;

/// <summary>What the audit log names by tables and columns, in words as far as there are any.</summary>
internal static class ChangeWords
{
    private static readonly Dictionary<string, Words> Tables = new()
    {
        ["contracts"] = new("Договір", "Contract"),
        ["contract_divisions"] = new("Місце надання послуг", "Division of the contract"),
        ["contract_employees"] = new("Працівник договору", "Employee of the contract"),
        ["contract_medical_programs"] = new("Програма договору", "Programme of the contract"),
        ["media_uploads"] = new("Файл", "File"),
        ["clients"] = new("Клієнт", "Client"),
        ["connections"] = new("Підключення", "Connection"),
        ["users"] = new("Користувач", "User"),
        ["console_roles"] = new("Роль у консолі", "Role of the console"),
        ["employees"] = new("Працівник", "Employee"),
        ["parties"] = new("Особа працівника", "Party"),
        ["divisions"] = new("Місце провадження", "Division"),
        ["legal_entities"] = new("Заклад", "Legal entity"),
        ["compositions"] = new("Медичний висновок", "Composition"),
        ["tokens"] = new("Токен", "Token"),
    };

    private static readonly Dictionary<string, Words> Columns = new()
    {
        ["status"] = new("стан", "status"),
        ["start_date"] = new("початок", "start"),
        ["end_date"] = new("кінець", "end"),
        ["is_suspended"] = new("призупинено", "suspended"),
        ["nhs_contract_price"] = new("ціна", "price"),
        ["contract_number"] = new("номер", "number"),
        ["signed_content_location"] = new("підписаний файл", "signed file"),
        ["is_active"] = new("чинний запис", "in use"),
        ["staff_units"] = new("частка ставки", "staff units"),
        ["declaration_limit"] = new("ліміт декларацій", "limit of declarations"),
        ["is_blocked"] = new("заблоковано", "blocked"),
        ["block_reason"] = new("причина блокування", "reason of the block"),
        ["expires_at"] = new("діє до", "expires"),
        ["size"] = new("розмір", "size"),
    };

    public static string Table(string table, Language language) => Tables.GetValueOrDefault(table)?.Of(language) ?? table;

    /// <summary>Columns that say nothing to people beside what stands in the row itself.</summary>
    public static bool IsShown(string column) => column is not ("inserted_by" or "updated_by");

    public static string Column(string column, Language language) => Columns.GetValueOrDefault(column)?.Of(language) ?? column;
}
