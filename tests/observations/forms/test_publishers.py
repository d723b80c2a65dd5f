"""Files in the very shapes of their publishers, each detail of which lost a figure once.

Figures are invented. Each is read value by value: series, area, unit, and what stands behind them;
then what is passed over, with its number.
"""

import gzip
import io
import zipfile
from datetime import date, datetime, timedelta

import openpyxl
import openpyxl.styles
import pandas as pd
import pytest

from helpers.apps.cli import main
from helpers.observations.forms.columns import unit_of
from helpers.observations.forms.layouts import Choices
from helpers.observations.forms.readings import read_figures
from helpers.observations.forms.sheets import FormError
from helpers.observations.raw_data import read_raw

# The lines are as long as those of the files.
# ruff: noqa: E501

STAND_INS = {
    "world_bank_quoted": (
        """\ufeff"Data Source","World Development Indicators",\r
\r
"Last Updated Date","2026-07-01",\r
\r
"Country Name","Country Code","Indicator Name","Indicator Code","2021","2022","2023",\r
"Egypt, Arab Rep.","EGY","GDP (current US$)","NY.GDP.MKTP.CD","424671765455.68","3.95926E+11","",\r
"Korea, Rep.","KOR","GDP (current US$)","NY.GDP.MKTP.CD","1,810,955,871,380.5","..","5",\r
""",
        {},
        """
GDP (current US$) | Egypt, Arab Rep. |  | 2021 424671765455.68, 2022 395926000000
GDP (current US$) | Korea, Rep. |  | 2021 1810955871380.5, 2023 5
""",
        {"empty cells": 1, "cells ..": 1},
    ),
    "world_bank_databank_down": (
        """Time,Time Code,Country Name,Country Code,"Population, total [SP.POP.TOTL]","GDP growth (annual %) [NY.GDP.MKTP.KD.ZG]"
2021,YR2021,Chad,TCD,17179740,-1.2
2022,YR2022,Chad,TCD,17723315,..
,,,,,
Data from database: World Development Indicators,,,,,
Last Updated: 07/01/2026,,,,,
""",
        {},
        """
Population, total | Chad |  | 2021 17179740, 2022 17723315
GDP growth (annual %) | Chad |  | 2021 -1.2
""",
        {"cells ..": 1, "lines of words beside the figures": 2},
    ),
    "eurostat_tsv_falling_years": (
        "indic_is,unit,ind_type,geo\\time\t2024 \t2023 \t2022 \nI_IUX,PC_IND,T,EU27_2020\t5.5 \t6.1 e\t7 b\nI_IUX,PC_IND,T,EL\t: \t: c\t12.3 bp\n",
        {},
        """
eurostat_tsv_falling_years | European Union (27) | PC_IND | 2022 7, 2023 6.1 estimate, 2024 5.5
eurostat_tsv_falling_years | Greece | PC_IND | 2022 12.3 preliminary
""",
        {"cells :": 2},
    ),
    "eurostat_tsv_three_units": (
        "freq,unit,geo\\TIME_PERIOD\t2022 \t2023 \nA,MIO_EUR,AT\t1000.5 \t: \nA,THS_T,AT\t5 \t6 \nA,PC_GDP,AT\t1.1 d\t1.2 dp\n",
        {},
        """
eurostat_tsv_three_units (MIO_EUR) | Austria | MIO_EUR | 2022 1000.5
eurostat_tsv_three_units (THS_T) | Austria | THS_T | 2022 5, 2023 6
eurostat_tsv_three_units (PC_GDP) | Austria | PC_GDP | 2022 1.1, 2023 1.2 preliminary
""",
        {"cells :": 1},
    ),
    "eurostat_csv_labels_and_codes": (
        """STRUCTURE,STRUCTURE_ID,freq,Time frequency,unit,Unit of measure,geo,Geopolitical entity (reporting),TIME_PERIOD,Time,OBS_VALUE,Observation value,OBS_FLAG,Observation status (Flag) V2 structure,CONF_STATUS,Confidentiality status (flag)
dataflow,ESTAT:TIPSII40(1.0),A,Annual,MIO_EUR,Million euro,AT,Austria,2022,,1234.5,,p,provisional,,
dataflow,ESTAT:TIPSII40(1.0),A,Annual,MIO_EUR,Million euro,AT,Austria,2023,,,,,,C,confidential
dataflow,ESTAT:TIPSII40(1.0),A,Annual,MIO_EUR,Million euro,EU27_2020,European Union - 27 countries (from 2020),2023,,99,,e,estimated,,
""",
        {},
        """
eurostat_csv_labels_and_codes | Austria | MIO_EUR | 2022 1234.5 preliminary
eurostat_csv_labels_and_codes | European Union - 27 countries (from 2020) | MIO_EUR | 2023 99 estimate
""",
        {"empty cells": 1},
    ),
    "eurostat_csv_labels_alone": (
        """DATAFLOW,LAST UPDATE,Time frequency,Unit of measure,Geopolitical entity (reporting),TIME_PERIOD,OBS_VALUE,Observation status (Flag) V2 structure,Confidentiality status (flag)
ESTAT:X(1.0),26/03/26 11:00:00,Annual,Million euro,Austria,2022,1234.5,"break in time series, provisional",
ESTAT:X(1.0),26/03/26 11:00:00,Annual,Million euro,Austria,2023,1300,estimated,
ESTAT:X(1.0),26/03/26 11:00:00,Annual,Million euro,Austria,2024,1400,forecast,
""",
        {},
        """
eurostat_csv_labels_alone | Austria | Million euro | 2022 1234.5 preliminary, 2023 1300 estimate
""",
        {"figures marked forecast (forecast)": 1},
    ),
    "sdmx1_multipliers": (
        """DATAFLOW,FREQ,REF_AREA,INDICATOR,TIME_PERIOD,OBS_VALUE,OBS_STATUS,UNIT_MULT
ECB:X(1.0),A,DE,LOANS,2020,3.4,A,9
ECB:X(1.0),A,DE,LOANS,2021,3600,E,6
ECB:X(1.0),A,FR,LOANS,2021,5,F,9
""",
        {},
        """
LOANS | DE | million units | 2020 3400, 2021 3600 estimate
""",
        {"figures marked F (forecast)": 1},
    ),
    "sdmx1_imf_scale": (
        """DATAFLOW,COUNTRY,INDICATOR,FREQUENCY,TIME_PERIOD,OBS_VALUE,SCALE,UNIT,OBS_STATUS
IMF.RES:WEO(9.0.0),CHN,NGDPD,A,2023,17795.5,9,USD,A
IMF.RES:WEO(9.0.0),CHN,NGDPD,A,2029,24000.5,9,USD,F
""",
        {},
        """
NGDPD | CHN | billion USD | 2023 17795.5
""",
        {"figures marked F (forecast)": 1},
    ),
    "oecd_two_units": (
        """STRUCTURE,STRUCTURE_ID,STRUCTURE_NAME,ACTION,REF_AREA,Reference area,FREQ,Frequency of observation,MEASURE,Measure,UNIT_MEASURE,Unit of measure,TIME_PERIOD,Time period,OBS_VALUE,Observation value,OBS_STATUS,Observation status,UNIT_MULT,Unit multiplier,DECIMALS,Decimals
DATAFLOW,OECD.STI:DSD_MSTI@DF_MSTI(1.3),MSTI,I,USA,United States,A,Annual,B,Business R&D,PT_B1GQ,Percentage of GDP,2022,,2.79,,D,"Definition differs, see notes",0,Units,2,Two
DATAFLOW,OECD.STI:DSD_MSTI@DF_MSTI(1.3),MSTI,I,USA,United States,A,Annual,B,Business R&D,USD_PPP,"US dollars, PPP converted",2022,,710000.1,,P,Provisional value,6,Millions,2,Two
DATAFLOW,OECD.STI:DSD_MSTI@DF_MSTI(1.3),MSTI,I,OECD,OECD,A,Annual,B,Business R&D,USD_PPP,"US dollars, PPP converted",2022,,1300000,,E,Estimated value,6,Millions,2,Two
""",
        {},
        """
Business R&D (Percentage of GDP) | United States | Percentage of GDP | 2022 2.79
Business R&D (million US dollars, PPP converted) | United States | million US dollars, PPP converted | 2022 710000.1 preliminary
Business R&D (million US dollars, PPP converted) | OECD | million US dollars, PPP converted | 2022 1300000 estimate
""",
        {},
    ),
    "oecd_labels_alone": (
        """Reference area,Frequency of observation,Measure,Unit of measure,Time period,Observation value,Observation status,Unit multiplier
Japan,Annual,Researchers,Persons,2021,690,Normal value,Thousands
Japan,Annual,Researchers,Persons,2022,0.705,Provisional value,Millions
Japan,Annual,Researchers,Persons,2023,710,Forecast value,Thousands
""",
        {},
        """
Researchers | Japan | thousand Persons | 2021 690, 2022 705 preliminary
""",
        {"figures marked Forecast value (forecast)": 1},
    ),
    "oecd_stat_powercode_in_words": (
        """"COU","Country","MSTI_VAR","MSTI Variables","YEAR","Year","Unit","PowerCode","Value","Flags"
"FRA","France","G","GERD","2018","2018","US Dollar","Millions",68000.5,"Estimated value"
"FRA","France","G","GERD","2019","2019","US Dollar","Millions",70000.5,
"DEU","Germany","G","GERD","2019","2019","US Dollar","Millions",80000.5,"Time series break"
""",
        {},
        """
oecd_stat_powercode_in_words | France | million US Dollar | 2018 68000.5 estimate, 2019 70000.5
oecd_stat_powercode_in_words | Germany | million US Dollar | 2019 80000.5
""",
        {},
    ),
    "oecd_data_portal": (
        """"LOCATION","INDICATOR","SUBJECT","MEASURE","FREQUENCY","TIME","Value","Flag Codes"
"AUS","GDEXPRD","TOT","PC_GDP","A","2017",1.79,"E"
"AUS","GDEXPRD","TOT","MLN_USD","A","2019",22000.5,
"OECD","GDEXPRD","TOT","PC_GDP","A","2019",2.5,"B"
""",
        {},
        """
GDEXPRD (PC_GDP) | AUS | PC_GDP | 2017 1.79 estimate
GDEXPRD (PC_GDP) | OECD | PC_GDP | 2019 2.5
GDEXPRD (MLN_USD) | AUS | MLN_USD | 2019 22000.5
""",
        {},
    ),
    "open_sdg_nation_and_parts": (
        """Year,Country,Sex,Units,Value
2015,,,Percentage,10.1
2016,,,Percentage,11
2015,Scotland,,Percentage,9.2
2016,Scotland,Female,Percentage,9.5
""",
        {},
        """
open_sdg_nation_and_parts |  | Percentage | 2015 10.1, 2016 11
open_sdg_nation_and_parts | Scotland | Percentage | 2015 9.2
open_sdg_nation_and_parts: Female | Scotland | Percentage | 2016 9.5
""",
        {},
    ),
    "open_sdg_words_for_scale": (
        """Year,Series,Units,Observation status,Unit multiplier,Value
2015,A,GBP,Normal value,Thousands,10.1
2016,A,GBP,Estimated value,Thousands,11
2016,B,GBP,Normal value,Units,11000
""",
        {},
        """
A |  | thousand GBP | 2015 10.1, 2016 11 estimate
B |  | GBP | 2016 11000
""",
        {},
    ),
    "fred_months_and_quarters": (
        "observation_date,GDP,UNRATE\n"
        + "".join(f"2022-{m:02}-01,{m if m % 3 == 1 else ''},{m}\n" for m in range(1, 13)),
        {"annual": "mean"},
        """
GDP |  |  | 2022 5.50
UNRATE |  |  | 2022 6.50
""",
        {"empty cells": 8},
    ),
    "fred_text_with_head": (
        """Title:               Real Gross Domestic Product
Series ID:           GDPC1
Source:              U.S. Bureau of Economic Analysis
Units:               Billions of Chained 2017 Dollars
Last Updated:        2026-01-30 7:52 AM CST
DATE,VALUE
2019-01-01,1
2019-04-01,2
2019-07-01,3
2019-10-01,4.5
2020-01-01,9
""",
        {"annual": "sum"},
        """
Real Gross Domestic Product |  | Billions of Chained 2017 Dollars | 2019 10.5
""",
        {"years that are not whole": 1},
    ),
    "months_falling_the_last": (
        "date,rate\n"
        + "".join(
            f"{y}-{m:02}-01,{y % 100 + m / 100:.2f}\n"
            for y in (2023, 2022)
            for m in range(12, 0, -1)
        ),
        {"annual": "last"},
        """
rate |  |  | 2022 22.12, 2023 23.12
""",
        {},
    ),
    "quarters_q1_2015": (
        "Quarter,GDP\n" + "".join(f"Q{q} {y},{q}\n" for y in (2015, 2016) for q in (4, 3, 2, 1)),
        {"annual": "last"},
        """
GDP |  |  | 2015 4, 2016 4
""",
        {},
    ),
    "year_and_month_columns": (
        "Year,Month,Rainfall\n"
        + "".join(f"{y},{m},{m}\n" for y in (2015, 2016) for m in range(1, 13 if y < 2016 else 6)),
        {"annual": "sum"},
        """
Rainfall |  |  | 2015 78
""",
        {"years that are not whole": 1},
    ),
    "bls_periods_with_annual_mean": (
        "Series ID,Year,Period,Value\n"
        + "".join(f"LNS14,2015,M{m:02},{m}\n" for m in range(1, 14)),
        {},
        """
bls_periods_with_annual_mean |  |  | 2015 13
""",
        {"parts of years that are given as a whole too": 12},
    ),
    "months_across": (
        "Year,Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec\n2015,1,2,3,4,5,6,7,8,9,10,11,12\n2016,1,2,3,,,,,,,,,\n",
        {"annual": "sum"},
        """
months_across |  |  | 2015 78
""",
        {"empty cells": 9, "years that are not whole": 1},
    ),
    "days_first": (
        "Date,X\n" + "".join(f"01/{m:02}/{y},{m}\n" for y in (2022, 2023) for m in range(1, 13)),
        {"annual": "sum"},
        """
X |  |  | 2022 78, 2023 78
""",
        {},
    ),
    "owid_regions": (
        """Entity,Code,Year,"Annual CO₂ emissions (per capita)",World region according to OWID
Afghanistan,AFG,2022,0.30,Asia
Afghanistan,AFG,2023,0.31,
Africa,,2023,1.0,
World,OWID_WRL,-5000,4.7,
""",
        {},
        """
Annual CO₂ emissions (per capita) | Afghanistan |  | 2022 0.30, 2023 0.31
Annual CO₂ emissions (per capita) | Africa |  | 2023 1.0
""",
        {"figures before the year 1000": 1},
    ),
    "owid_short_names": (
        """entity,code,year,emissions_total,owid_region
Afghanistan,AFG,2022,0.30,Asia
European Union (27),OWID_EU27,2023,1.0,
""",
        {},
        """
emissions_total | Afghanistan |  | 2022 0.30
emissions_total | European Union (27) |  | 2023 1.0
""",
        {},
    ),
    "iamc_capitals": (
        """MODEL,SCENARIO,REGION,VARIABLE,UNIT,2005,2010,NOTES
GCAM,SSP1,World,Primary Energy|Coal,EJ/yr,154.1,"1,234.5",old
GCAM,SSP1,World,Primary Energy|Coal,TWh/yr,4.1,,
© IIASA,,,,,,,
""",
        {},
        """
Primary Energy|Coal (EJ/yr) | World | EJ/yr | 2005 154.1, 2010 1234.5
Primary Energy|Coal (TWh/yr) | World | TWh/yr | 2005 4.1
""",
        {"empty cells": 1, "rows without a figure": 1},
    ),
    "iamc_long": (
        """model,scenario,region,variable,unit,year,value
A,S,World,Emissions|CO2,Mt CO2/yr,2005,40
A,S,World,Emissions|CO2,Mt CO2/yr,2010,42
A,S,World,Emissions|CH4,Mt CH4/yr,2010,4
""",
        {},
        """
Emissions|CO2 | World | Mt CO2/yr | 2005 40, 2010 42
Emissions|CH4 | World | Mt CH4/yr | 2010 4
""",
        {},
    ),
    "hub_weeks": (
        "as_of,target,target_end_date,location,location_name,observation,weekly_rate\n"
        + "".join(
            f"2025-01-04,wk inc flu hosp,{date(2022, 1, 1) + timedelta(7 * i)},US,US,{10 + i},0.2\n"
            for i in range(60)
        )
        + "2025-01-11,wk inc flu hosp,2022-01-01,US,US,20,0.2\n",
        {"annual": "sum"},
        """
wk inc flu hosp | US |  | 2022 1918
""",
        {"figures of earlier editions": 1, "years that are not whole": 1},
    ),
    "hub_oracle": (
        """location,target_end_date,target,output_type,output_type_id,oracle_value
US,2022-12-31,hosp,quantile,,10
US,2023-12-30,hosp,quantile,,12
""",
        {},
        """
hosp | US |  | 2022 10, 2023 12
""",
        {},
    ),
    "un_sdg_bounds": (
        """Goal,Target,Indicator,SeriesCode,SeriesDescription,GeoAreaCode,GeoAreaName,TimePeriod,Value,Time_Detail,TimeCoverage,UpperBound,LowerBound,BasePeriod,Source,GeoInfoUrl,FootNote,[Nature],[Reporting Type],[Units]
2,2.1,2.1.1,SN_ITK_DEFC,Prevalence of undernourishment (%),156,China,2020.0,<2.5,2020,,,,,FAO,,FN,E,G,PERCENT
2,2.1,2.1.1,SN_ITK_DEFC,Prevalence of undernourishment (%),4,Afghanistan,2020.0,29.8,2019-2021,3Y,,,,FAO,,FN,E,G,PERCENT
2,2.1,2.1.1,SN_ITK_DEFC,Prevalence of undernourishment (%),4,Afghanistan,2021.0,N,2020-2022,3Y,,,,FAO,,FN,C,G,PERCENT
""",
        {},
        """
Prevalence of undernourishment (%) | Afghanistan | PERCENT | 2020 29.8 estimate
""",
        {"figures that are bounds, such as <5": 1, "cells N": 1},
    ),
    "un_data_footnotes": (
        """"Country or Area","Year","Value","Value Footnotes"
"Afghanistan","2021","17.5","1"
"Afghanistan","2020","17.4",""
"footnoteSeqID","Footnote"
"1","Some note"
""",
        {},
        """
un_data_footnotes | Afghanistan |  | 2020 17.4, 2021 17.5
""",
        {"lines of words beside the figures": 2},
    ),
    "wipo_technology": (
        """"Indicator: 4a - Patent applications by technology"
"Source: WIPO statistics database. Last updated: February 2026"

"Origin","Origin (Code)","Technology","2022","2023"
"China","CN","Total","100","110"
"China","CN","1 - Electrical machinery, apparatus, energy","10",""
""",
        {},
        """
Patent applications by technology: Total | China | count | 2022 100, 2023 110
Patent applications by technology: 1 - Electrical machinery, apparatus, energy | China | count | 2022 10
""",
        {"empty cells": 1},
    ),
    "wipo_grouped": (
        """"Indicator: PCT-A1 - PCT applications by filing date"
"Report type: Yearly statistics"
"Source: WIPO statistics database. Last updated: November 2025"

"Office","Office (Code)","Origin","Origin (Code)","2022","2023","2024"
"Total","IB","China","CN","70,015","69,610","70,160"
"Total","IB","Germany","DE","17,530","16,916",""
""",
        {},
        """
PCT-A1 - PCT applications by filing date | China | count | 2022 70015, 2023 69610, 2024 70160
PCT-A1 - PCT applications by filing date | Germany | count | 2022 17530, 2023 16916
""",
        {"empty cells": 1},
    ),
    "yearbook_falling_years": (
        """数据库：年度数据
时间：最近3年
指标,2024年,2023年,2022年
研究与试验发展经费支出(亿元),36326.8,33357.1,30782.9
人均国内生产总值(元),95749,89358,"  "
注：2024年数据为初步数。
数据来源：国家统计局
""".encode("gb18030"),
        {},
        """
研究与试验发展经费支出(亿元) |  |  | 2022 30782.9, 2023 33357.1, 2024 36326.8
人均国内生产总值(元) |  |  | 2023 89358, 2024 95749
""",
        {"empty cells": 1, "rows without a figure": 2},
    ),
    "yearbook_units_below": (
        """年份,年末常住人口,地区生产总值,专利授权量
,（万人）,（亿元）,（件）
2015,1408.05,18436.84,72120
2016,1495.35①,20685.74,"75,043"
""".encode("gb18030"),
        {},
        """
年末常住人口 （万人） |  |  | 2015 1408.05, 2016 1495.35
地区生产总值 （亿元） |  |  | 2015 18436.84, 2016 20685.74
专利授权量 （件） |  |  | 2015 72120, 2016 75043
""",
        {"footnote marks taken off": 1},
    ),
    "yearbook_growth_behind": (
        """指标名称,计量单位,2023年,2024年,比上年增长（%）
地区生产总值,亿元,34606.40,36801.87,5.8
出口总额,亿元,24552.08,28122.21,14.6
""",
        {},
        """
地区生产总值 |  | 亿元 | 2023 34606.40, 2024 36801.87
出口总额 |  | 亿元 | 2023 24552.08, 2024 28122.21
""",
        {},
    ),
    "yearbook_words_for_scale": (
        """指标,2015年,2016年
常住人口,1408.05万,1495.35万人
GDP,1.84万亿,20685.74亿元
""",
        {},
        """
常住人口 |  | 10 thousand units | 2015 1408.05, 2016 1495.35
GDP |  | 100 million units | 2015 18400, 2016 20685.74
""",
        {},
    ),
    "yearbook_corner_and_share": (
        """单位：亿元,,
指标,2015年,2016年(快报)
GDP,100,110
增速,5%,6%
增加值率（%）,3,4
""",
        {},
        """
GDP |  | 亿元 | 2015 100, 2016 110 preliminary
增速 |  | % | 2015 5, 2016 6 preliminary
增加值率（%） |  |  | 2015 3, 2016 4 preliminary
""",
        {},
    ),
    "yearbook_one_year": (
        """地区,2023年,,
,R&D经费（万元）,R&D人员（人）,强度（%）
深圳,22366000,500000,6.46
广州,10432000,300000,3.44
""",
        {},
        """
R&D经费（万元） | 深圳 |  | 2023 22366000
R&D经费（万元） | 广州 |  | 2023 10432000
R&D人员（人） | 深圳 |  | 2023 500000
R&D人员（人） | 广州 |  | 2023 300000
强度（%） | 深圳 |  | 2023 6.46
强度（%） | 广州 |  | 2023 3.44
""",
        {},
    ),
    "yearbook_part_years": (
        """时间,工业增加值(亿元)
2025年1-11月,640
2024年1-11月,600
2024年1-12月,700
２０２３年1-12月,650
""",
        {},
        """
工业增加值(亿元) |  |  | 2023 650, 2024 700
""",
        {"figures of months that are no year": 2},
    ),
    "taiwan": (
        """年別,研發經費（百萬元）
民國110年,820573
民國111年,898281
""",
        {},
        """
研發經費（百萬元） |  |  | 2021 820573, 2022 898281
""",
        {},
    ),
    "japan_across": (
        """区分,H30,R1,R2
研究費,195260,195757,192365
""",
        {},
        """
研究費 |  |  | 2018 195260, 2019 195757, 2020 192365
""",
        {},
    ),
    "japan_down": (
        """年度,研究費（億円）
平成30年度,195260
令和元年度,195757
令和5年度,208000
""",
        {},
        """
研究費（億円） |  |  | 2018 195260, 2019 195757, 2023 208000
""",
        {},
    ),
    "semicolons": (
        "Land;Jahr;Anteil (%)\nÖsterreich;2015;12,5\nÖsterreich;2016;1.012,7\n".encode("cp1252"),
        {},
        """
Anteil (%) | Österreich |  | 2015 12.5, 2016 1012.7
""",
        {},
    ),
    "utf16_tabs": (
        "Land\t2015\t2016\t\t\nA\t1\u00a0234,5\t2,25\t\t\n".encode("utf-16"),
        {},
        """
utf16_tabs | A |  | 2015 1234.5, 2016 2.25
""",
        {},
    ),
    "flags_in_cells": (
        "Item,2015,2016,2017,2018\nX,5,6(p),7 e,8 (2)\nY,n/a,–,…,-1.5\n",
        {},
        """
X |  |  | 2015 5, 2016 6 preliminary, 2017 7 estimate, 2018 8
Y |  |  | 2018 -1.5
""",
        {"footnote marks taken off": 1, "cells n/a": 1, "cells –": 1, "cells …": 1},
    ),
    "flags_in_header": (
        'Item,"2015\n(rev.)",2016r,2017(p),2018 est.,2026f,2017 1)\nX,4,5,6,7,8,\n',
        {},
        """
X |  |  | 2015 4 revised, 2016 5 revised, 2017 6 preliminary, 2018 7 estimate
""",
        {"figures marked f (forecast)": 1, "empty cells": 1},
    ),
    "flags_behind_years": (
        "Year,X\n2015,5\n2016p,6\n2017 (forecast),9\n2015-2016 average,5.5\nSource: office,\n",
        {},
        """
X |  |  | 2015 5, 2016 6 preliminary
""",
        {
            "figures marked forecast (forecast)": 1,
            "rows of 2015-2016 average": 1,
            "lines of words beside the figures": 1,
        },
    ),
    "statcan_scalar_factor": (
        """REF_DATE,GEO,DGUID,Estimates,UOM,UOM_ID,SCALAR_FACTOR,SCALAR_ID,VECTOR,COORDINATE,VALUE,STATUS,SYMBOL,TERMINATED,DECIMALS
2020,Canada,2016A000011124,GERD,Dollars,81,millions,6,v1,1.1,41000,,,,0
2021,Canada,2016A000011124,GERD,Dollars,81,billions,9,v1,1.1,43,p,,,0
""",
        {},
        """
statcan_scalar_factor | Canada | million Dollars | 2020 41000, 2021 43000 preliminary
""",
        {},
    ),
    "imf_weo_estimates": (
        "WEO Country Code\tISO\tWEO Subject Code\tCountry\tSubject Descriptor\tUnits\tScale\t2022\t2023\t2024\tEstimates Start After\n"
        "924\tCHN\tNGDPD\tChina\tGDP, current prices\tU.S. dollars\tBillions\t17,848.54\t17,758.05\t18,000.1\t2023\n"
        "924\tCHN\tPCPIPCH\tChina\tInflation\tPercent change\t\t2.0\t0.2\tn/a\t2023\n",
        {},
        """
GDP, current prices | China | billion U.S. dollars | 2022 17848.54, 2023 17758.05, 2024 18000.1 estimate
Inflation | China | Percent change | 2022 2.0, 2023 0.2
""",
        {"cells n/a": 1},
    ),
    "a_scale_that_is_none": (
        "Entity,Year,Value,Scale\nA,2015,5,log\nA,2016,6,log\n",
        {},
        """
Value | A |  | 2015 5, 2016 6
""",
        {},
    ),
    "stacked_tables": (
        "Item,2015,2016,2017\nX,5,#DIV/0!,2013\n,,,\nTable 2,,,\nItem,2015,2016,2017\nY,1,2,3\n",
        {},
        """
X |  |  | 2015 5, 2017 2013
Y |  |  | 2015 1, 2016 2, 2017 3
""",
        {"cells #DIV/0!": 1, "rows without a figure": 1, "rows that repeat the header": 1},
    ),
    "quarters_and_halves": (
        "Year,Q1,Q2,Q3,Q4,H1,H2\n2015,1,2,3,4,3,7\n2016,1,2,3,4.5,3,7.5\n",
        {"annual": "sum"},
        """
quarters_and_halves |  |  | 2015 10, 2016 10.5
""",
        {"parts of a year that smaller ones make up": 4},
    ),
    "title_with_unit": (
        "Table 1. R&D expenditure\n(in thousands of euros)\nCountry,2023,Estimate 2024,Forecast 2025\nA,1,2,3\n",
        {},
        """
Table 1. R&D expenditure | A | thousands of euros | 2023 1, 2024 2 estimate
""",
        {"figures marked forecast (forecast)": 1},
    ),
    "names_before_years": (
        "Country,GDP 2015,GDP 2016,Population 2015\nA,1,2,3\n",
        {},
        """
GDP | A |  | 2015 1, 2016 2
Population | A |  | 2015 3
""",
        {},
    ),
    "brackets": (
        "Item,2015,2016\nBalance,(1234.5),1.2E+03\nIncome,5,6\n",
        {},
        """
Balance |  |  | 2015 -1234.5, 2016 1200
Income |  |  | 2015 5, 2016 6
""",
        {},
    ),
    "fiscal_academic": (
        "Item,2013/2014,2014/15,FY2016\nX,5,6,7\n",
        {"span": "last"},
        """
X |  |  | 2014 5, 2015 6, 2016 7
""",
        {},
    ),
    "given_twice_alike": (
        "Item,2015,2016\nX,5,6\nX,5,6\nTotal,10,12\n",
        {},
        """
X |  |  | 2015 5, 2016 6
Total |  |  | 2015 10, 2016 12
""",
        {"figures that are given twice alike": 2},
    ),
    "ons_two": (
        """"Title","GDP: CVM: SA","Pop: thousands"
"CDID","ABMI","EBAQ"
"Source dataset ID","UKEA","UKEA"
"PreUnit","£",""
"Unit","m","000s"
"Release date","30-09-2025","30-09-2025"
"Next release","22 December 2025","22 December 2025"
"Important notes","",""
"2019","2238348","66797"
"2020","2007649","67081"
"2020 Q1","552000",""
"2020 Q2","440000",""
""",
        {},
        """
GDP: CVM: SA (£ m) |  |  | 2019 2238348, 2020 2007649
Pop: thousands (000s) |  |  | 2019 66797, 2020 67081
""",
        {"empty cells": 2, "parts of years that are given as a whole too": 2},
    ),
    "genesis_stichtag": (
        """GENESIS-Tabelle: 12411-0001
Bevölkerung: Deutschland, Stichtag;
Fortschreibung des Bevölkerungsstandes;
Deutschland;
Stichtag;Bevölkerungsstand
;Anzahl
31.12.2019;83166711
31.12.2020;83155031
31.12.2021;83237124
__________
Ab 2011: Ergebnisse auf Grundlage des Zensus 2011.
© Statistisches Bundesamt (Destatis), 2026
Stand: 29.11.2026 / 10:00:00
""".encode("cp1252"),
        {},
        """
Bevölkerungsstand Anzahl |  |  | 2019 83166711, 2020 83155031, 2021 83237124
""",
        {"lines of words beside the figures": 4},
    ),
    "genesis_laender": (
        """Tabelle: 12411-0010
Bevölkerung: Bundesländer, Stichtag;;;
Fortschreibung des Bevölkerungsstandes;;;
Bevölkerungsstand (Anzahl);;;
Bundesländer;Stichtag;Stichtag;Stichtag
;31.12.2019;31.12.2020;31.12.2021
Baden-Württemberg;11100394;11103043;11124642
Bayern;13124737;13140183;13176989
__________
© Statistisches Bundesamt (Destatis), 2026
""".encode("cp1252"),
        {},
        """
Tabelle: 12411-0010 | Baden-Württemberg | Anzahl | 2019 11100394, 2020 11103043, 2021 11124642
Tabelle: 12411-0010 | Bayern | Anzahl | 2019 13124737, 2020 13140183, 2021 13176989
""",
        {"rows without a figure": 2},
    ),
    "genesis_vgr": (
        """Tabelle: 81000-0001
VGR des Bundes - Bruttoinlandsprodukt (nominal/preisbereinigt): Deutschland, Jahre;;;;
Volkswirtschaftliche Gesamtrechnungen des Bundes;;;;
Deutschland;;;;
;;2019;2020;2021
Bruttoinlandsprodukt in jeweiligen Preisen;Mrd. EUR;3534,880;3449,620;3676,460
Veränderung zum Vorjahr;Prozent;3,1;-2,4;6,6
je Einwohner;EUR;42.540;41.490;...
__________
Stand: 29.11.2026
""".encode("cp1252"),
        {},
        """
Bruttoinlandsprodukt in jeweiligen Preisen |  | Mrd. EUR | 2019 3534.880, 2020 3449.620, 2021 3676.460
Veränderung zum Vorjahr |  | Prozent | 2019 3.1, 2020 -2.4, 2021 6.6
je Einwohner |  | EUR | 2019 42540, 2020 41490
""",
        {"cells ...": 1, "rows without a figure": 2},
    ),
    "statcan_view": (
        """"Gross domestic product (GDP) at basic prices 1 2 3"
"Annual"
"Table: 36-10-0402-01 (formerly CANSIM  379-0030)"
"Release date: 2025-05-01"
"Value: Chained (2017) dollars"
""
"Geography","North American Industry Classification System (NAICS)","2019","2020","2021"
"","","Dollars"
"Canada","All industries","1,234,567","1,134,567","1,334,567"
"Ontario","All industries","734,567","..","834,567"
"Footnotes:"
1,"This table replaces table 2010-2011."
2,"..."
"How to cite: Statistics Canada. Table 36-10-0402-01"
""",
        {},
        """
All industries | Canada |  | 2019 1234567, 2020 1134567, 2021 1334567
All industries | Ontario |  | 2019 734567, 2021 834567
""",
        {"lines of words beside the figures": 1, "cells ..": 1, "rows without a figure": 4},
    ),
    "bls_cpi": (
        """Consumer Price Index for All Urban Consumers (CPI-U)
Original Data Value

Series Id:,CUUR0000SA0
Not Seasonally Adjusted
Series Title:,All items in U.S. city average
Area:,U.S. city average
Item:,All items
Base Period:,1982-84=100
Years:,2014 to 2015

Year,Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec,Annual,HALF1,HALF2
2014,233.9,234.8,236.3,237.1,237.9,238.3,238.3,237.9,238.0,237.4,236.2,234.8,236.736,236.384,237.088
2015,233.7,234.7,236.1,236.6,237.8,238.6,238.7,238.3,237.9,237.8,237.3,236.5,237.017,236.265,237.769
""",
        {},
        """
Consumer Price Index for All Urban Consumers (CPI-U) |  |  | 2014 236.736, 2015 237.017
""",
        {"parts of years that are given as a whole too": 28},
    ),
    "insee": (
        """Libellé;Indice des prix;Chômage (%)
idBank;001759970;001688526
Dernière mise à jour;12/01/2026 08:45;13/02/2026
Période;;
2021;106,6;7,9
2020;104,96;8,0
2019;104,5;8,4
""",
        {},
        """
Indice des prix |  |  | 2019 104.5, 2020 104.96, 2021 106.6
Chômage (%) |  |  | 2019 8.4, 2020 8.0, 2021 7.9
""",
        {},
    ),
    "istat": (
        """"ITTER107","Territorio","TIPO_DATO","Tipo dato","TIME","Seleziona periodo","Value","Flag Codes","Flags"
"IT","Italia","POP","popolazione","2019","2019",59816673,,
"IT","Italia","POP","popolazione","2020","2020",59641488,"p","dato provvisorio"
"ITC1","Piemonte","POP","popolazione","2020","2020",4311217,,
""",
        {},
        """
istat | Italia |  | 2019 59816673, 2020 59641488 preliminary
istat | Piemonte |  | 2020 4311217
""",
        {},
    ),
    "sidra": (
        """"Tabela 6579 - População residente estimada"
"Variável - População residente estimada (Pessoas)"
"Unidade da Federação";"Ano";"";""
"";"2019";"2020";"2021"
"Rondônia";"1777225";"1796460";"1815278"
"Acre";"881935";"894470";"..."
"Fonte: IBGE - Estimativas de População"
""",
        {},
        """
Tabela 6579 - População residente estimada | Rondônia |  | 2019 1777225, 2020 1796460, 2021 1815278
Tabela 6579 - População residente estimada | Acre |  | 2019 881935, 2020 894470
""",
        {"cells ...": 1, "rows without a figure": 1},
    ),
    "faostat": (
        """"Domain Code","Domain","Area Code (M49)","Area","Element Code","Element","Item Code (CPC)","Item","Year Code","Year","Unit","Value","Flag","Flag Description","Note"
"QCL","Crops","040","Austria","5510","Production","0111","Wheat","2019","2019","t","1598000","A","Official figure",""
"QCL","Crops","040","Austria","5510","Production","0111","Wheat","2020","2020","t","1648000.5","E","Estimated value",""
"QCL","Crops","056","Belgium","5312","Area harvested","0111","Wheat","2020","2020","ha","188000","X","Figure from international organizations",""
""",
        {},
        """
5510, Production, Wheat | Austria | t | 2019 1598000, 2020 1648000.5 estimate
5312, Area harvested, Wheat | Belgium | ha | 2020 188000
""",
        {},
    ),
    "faostat_wide": (
        """Area Code,Area,Item Code,Item,Element Code,Element,Unit,Y2018,Y2018F,Y2019,Y2019F
11,Austria,15,Wheat,5510,Production,tonnes,1371000,,1598000,E
255,Belgium,15,Wheat,5510,Production,tonnes,1600000,F,1700000,
""",
        {},
        """
Wheat | Austria | tonnes | 2018 1371000, 2019 1598000 estimate
Wheat | Belgium | tonnes | 2018 1600000 estimate, 2019 1700000
""",
        {},
    ),
    "uis": (
        """INDICATOR_ID,COUNTRY_ID,YEAR,VALUE,MAGNITUDE,QUALIFIER
XPD.GDP,AUT,2019,3.13,,
XPD.GDP,AUT,2020,3.2,,UIS_EST
XPD.GDP,BEL,2020,3.4,NIL,NAT_EST
""",
        {},
        """
uis | AUT |  | 2019 3.13, 2020 3.2 estimate
uis | BEL |  | 2020 3.4 estimate
""",
        {},
    ),
    "edgar": (
        """IPCC_annex,C_group_IM24_sh,Country_code_A3,Name,Substance,Y_2018,Y_2019
Annex_I,OECD_Europe,AUT,Austria,CO2,66.1,68.2
Non-Annex_I,China,CHN,China,CO2,11000.5,11200.5
""",
        {},
        """
edgar | Austria |  | 2018 66.1, 2019 68.2
edgar | China |  | 2018 11000.5, 2019 11200.5
""",
        {},
    ),
    "gistemp": (
        """Land-Ocean: Global Means
Year,Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec,J-D,D-N,DJF,MAM,JJA,SON
2019,.93,.95,1.17,1.01,.85,.90,.94,.95,.93,1.00,.99,1.09,.98,.97,.93,1.01,.93,.97
2020,1.17,1.24,1.17,1.13,1.01,.92,.90,.87,.98,.88,1.10,.80,1.01,1.04,1.17,1.10,.90,.99
2021,.81,***,***,***,***,***,***,***,***,***,***,***,***,***,***,***,***,***
""",
        {"annual": "mean"},
        """
Land-Ocean: Global Means |  |  | 2019 0.98, 2020 1.01
D-N |  |  | 2019 0.97, 2020 1.04
DJF |  |  | 2019 0.93, 2020 1.17
MAM |  |  | 2019 1.01, 2020 1.10
JJA |  |  | 2019 0.93, 2020 0.90
SON |  |  | 2019 0.97, 2020 0.99
""",
        {
            "cells ***": 17,
            "parts of years that are given as a whole too": 24,
            "parts of years that are not given as a whole": 1,
        },
    ),
    "bea": (
        """"Table 1.1.5. Gross Domestic Product"
"[Billions of dollars]"
"Bureau of Economic Analysis"
"Last Revised on: September 25, 2025"
"Line","","2019","2020","2021"
"1","        Gross domestic product","21521.4","21322.9","23594.0"
"2","Personal consumption expenditures","14428.7","14047.6","15902.6"
"3","    Goods","4470.5","4653.5","---"
"Legend / Footnotes:"
"1. See note 2020."
""",
        {},
        """
Gross domestic product |  | Billions of dollars | 2019 21521.4, 2020 21322.9, 2021 23594.0
Personal consumption expenditures |  | Billions of dollars | 2019 14428.7, 2020 14047.6, 2021 15902.6
Goods |  | Billions of dollars | 2019 4470.5, 2020 4653.5
""",
        {"cells ---": 1, "rows without a figure": 2},
    ),
    "cbs_nl": (
        """"Bevolking; kerncijfers"
"Onderwerp";"Totale bevolking";"Dichtheid"
"Perioden";"aantal";"aantal inwoners per km²"
"2019";"17282163";"513"
"2020";"17407585";"517"
"2021*";"17475415";"519"
"Bron: CBS"
""",
        {},
        """
Totale bevolking (aantal) |  |  | 2019 17282163, 2020 17407585, 2021 17475415
Dichtheid (aantal inwoners per km²) |  |  | 2019 513, 2020 517, 2021 519
""",
        {"lines of words beside the figures": 1},
    ),
    "statbank_dk": (
        """"Population by sex, region and time"
" "," ","2019","2020"
"Men","Copenhagen","310000","315000"
"","Aarhus","170000","172000"
"Women","Copenhagen","313000","317000"
"","Aarhus","175000","177000"
""",
        {},
        """
Men, Copenhagen |  |  | 2019 310000, 2020 315000
Men, Aarhus |  |  | 2019 170000, 2020 172000
Women, Copenhagen |  |  | 2019 313000, 2020 317000
Women, Aarhus |  |  | 2019 175000, 2020 177000
""",
        {},
    ),
    "filldown_long": (
        """Country,Year,Output
Austria,2019,1
,2020,2
Belgium,2019,3
,2020,4
""",
        {},
        """
Output | Austria |  | 2019 1, 2020 2
Output | Belgium |  | 2019 3, 2020 4
""",
        {},
    ),
    "hk": (
        """Table 1 : Population

Year,,Population,,
,,Male,Female,Total
,,('000),('000),('000)
2019,,3400.5,4100.5,7501.0
2020,,3390.5,4090.5,7481.0
2021 #,,3380.1 #,4030.9 #,7411.0 #
Notes:,# Provisional figures.
""",
        {},
        """
Population Male ('000) |  |  | 2019 3400.5, 2020 3390.5, 2021 3380.1
Population Female ('000) |  |  | 2019 4100.5, 2020 4090.5, 2021 4030.9
Population Total ('000) |  |  | 2019 7501.0, 2020 7481.0, 2021 7411.0
""",
        {"footnote marks taken off": 3, "lines of words beside the figures": 1},
    ),
    "cao_jp": (
        """国内総支出,,,
年度,国内総生産(支出側),民間最終消費支出,輸出
1994/4-3.,"511,958.8","272,000.1","45,000"
1995/4-3.,"525,299.5","280,000.1","47,000"
""".encode("cp932"),
        {},
        """
国内総生産(支出側) |  |  | 1994 511958.8, 1995 525299.5
民間最終消費支出 |  |  | 1994 272000.1, 1995 280000.1
輸出 |  |  | 1994 45000, 1995 47000
""",
        {},
    ),
    "big5": (
        """年別,研發經費(百萬元),研究人員(人)
109年,718853,220000
110年,820573,230000
111年,898281,240000
""".encode("big5"),
        {},
        """
研發經費(百萬元) |  |  | 2020 718853, 2021 820573, 2022 898281
研究人員(人) |  |  | 2020 220000, 2021 230000, 2022 240000
""",
        {},
    ),
    "kosis": (
        """"행정구역(시도)별","항목","2019 년","2020 년"
"전국","총인구수 (명)",51849861,51829023
"서울특별시","총인구수 (명)",9729107,9668465
""".encode("cp949"),
        {},
        """
총인구수 (명) | 전국 |  | 2019 51849861, 2020 51829023
총인구수 (명) | 서울특별시 |  | 2019 9729107, 2020 9668465
""",
        {},
    ),
    "currency_eur": (
        """Company;2019;2020
A;1.234,50 €;-200,10 €
B;99,00 €;€ 5.000
""",
        {},
        """
A |  |  | 2019 1234.50, 2020 -200.10
B |  |  | 2019 99.00, 2020 5000
""",
        {},
    ),
    "change_columns": (
        """Region,2019,2020,2021,Change 2019-2021,% change,CAGR 2019-21,Rank 2021
North,1,2,3,2,200,73,1
South,4,5,6,2,50,22,2
""",
        {},
        """
change_columns | North |  | 2019 1, 2020 2, 2021 3
change_columns | South |  | 2019 4, 2020 5, 2021 6
""",
        {},
    ),
    "status_over": (
        """Item,Actual,Actual,Estimate,Forecast
,2019,2020,2021,2022
Revenue,1,2,3,4
Spending,5,6,7,8
""",
        {},
        """
Revenue |  |  | 2019 1, 2020 2, 2021 3 estimate
Spending |  |  | 2019 5, 2020 6, 2021 7 estimate
""",
        {"figures marked forecast (forecast)": 2},
    ),
    "status_under": (
        """Item,2019,2020,2021,2022
,Actual,Actual,Estimate,Forecast
Revenue,1,2,3,4
Spending,5,6,7,8
""",
        {},
        """
Revenue |  |  | 2019 1, 2020 2, 2021 3 estimate
Spending |  |  | 2019 5, 2020 6, 2021 7 estimate
""",
        {"figures marked forecast (forecast)": 2},
    ),
    "flags_tail": (
        """Item,2019,2020,2021
A,12.3p,12.4*,12.5 (e)
B,1.1ᵖ,1.2 r,1.3†
""",
        {},
        """
A |  |  | 2019 12.3 preliminary, 2020 12.4, 2021 12.5 estimate
B |  |  | 2019 1.1 preliminary, 2020 1.2 revised, 2021 1.3
""",
        {"footnote marks taken off": 2},
    ),
    "census": (
        """Geographic Area,"April 1, 2020 Estimates Base",2020,2021,2022
.Alabama,"5,024,356","5,031,362","5,049,846","5,074,296"
.Alaska,"733,378","732,923","734,182","733,583"
""",
        {},
        """
census | .Alabama |  | 2020 5031362, 2021 5049846, 2022 5074296
census | .Alaska |  | 2020 732923, 2021 734182, 2022 733583
""",
        {},
    ),
    "ember": (
        """Area,ISO 3 code,Year,Area type,Continent,Category,Subcategory,Variable,Unit,Value,YoY absolute change,YoY % change
Austria,AUT,2019,Country or economy,Europe,Electricity generation,Fuel,Coal,TWh,3.5,,
Austria,AUT,2020,Country or economy,Europe,Electricity generation,Fuel,Coal,TWh,2.5,-1,-28.6
Austria,AUT,2020,Country or economy,Europe,Electricity generation,Fuel,Gas,TWh,9.5,,
""",
        {},
        """
Coal | Austria | TWh | 2019 3.5, 2020 2.5
Gas | Austria | TWh | 2020 9.5
""",
        {},
    ),
    "sep_line": (
        """sep=;
Country;2019;2020
Austria;1,5;2,5
""",
        {},
        """
sep_line | Austria |  | 2019 1.5, 2020 2.5
""",
        {},
    ),
    "utf16le_nobom": (
        """Country	2019	2020
Austria	1.5	2.5
""".encode("utf-16-le"),
        {},
        """
utf16le_nobom | Austria |  | 2019 1.5, 2020 2.5
""",
        {},
    ),
    "fiscal_years_with_flags": (
        "Fiscal year,Spending,増減率（％）\nFY2018,1.5,△3.5\nFY2019r,2.5,▲ 0.4\nFY2020 (p),3.5,1.2\n2021/4-3.,4.5,0\n",
        {},
        """
Spending |  |  | 2018 1.5, 2019 2.5 revised, 2020 3.5 preliminary, 2021 4.5
増減率（％） |  |  | 2018 -3.5, 2019 -0.4 revised, 2020 1.2 preliminary, 2021 0
""",
        {},
    ),
    "yearbook_words_behind_years": (
        "年份,指数（上年=100）\n2017年末,1\n2018年①②,2\n2019年（初步核算）,3\n2020²⁾,4\n",
        {},
        """
指数（上年=100） |  |  | 2017 1, 2018 2, 2019 3 preliminary, 2020 4
""",
        {},
    ),
    "one_month_a_year": (
        "Item,Mar-19,Mar-20\nX,1.5,2.5\n",
        {"annual": "last"},
        """
X |  |  | 2019 1.5, 2020 2.5
""",
        {},
    ),
    "databank_quarters": (
        "Country Name,Country Code,Series Name,Series Code,2019Q1 [2019Q1],2019Q2 [2019Q2],2019Q3 [2019Q3],2019Q4 [2019Q4]\nOz,OZZ,Debt,D,1,2,3,4\n",
        {"annual": "last"},
        """
Debt | Oz |  | 2019 4
""",
        {},
    ),
    "years_to_march": (
        "Area code,Area name,Apr 2018 to Mar 2019,Apr 2019 to Mar 2020\nE92,England,1.5,[x]\n",
        {"span": "first"},
        """
years_to_march | England |  | 2018 1.5
""",
        {"cells [x]": 1},
    ),
    "regions_without_names_of_columns": (
        "Tabelle: 12411-01-01-4\nBevölkerung (Anzahl);;;\n;;;männlich;weiblich\n31.12.2020;DG;Deutschland;41027023;42128008\n31.12.2020;01;Holstein;1425750;1485125\n31.12.2021;DG;Deutschland;41065252;42171872\n_____\n",
        {"area_column": "3"},
        """
männlich | Deutschland | Anzahl | 2020 41027023, 2021 41065252
männlich | Holstein | Anzahl | 2020 1425750
weiblich | Deutschland | Anzahl | 2020 42128008, 2021 42171872
weiblich | Holstein | Anzahl | 2020 1485125
""",
        {"lines of words beside the figures": 1},
    ),
    "codes_of_a_larger_area": (
        "time_identifier,time_period,geographic_level,country_code,country_name,region_code,region_name,headcount\nCalendar year,2018,National,E92,England,,,100\nCalendar year,2018,Regional,E92,England,E12,North East,10\n",
        {},
        """
headcount |  |  | 2018 100
headcount | North East |  | 2018 10
""",
        {},
    ),
    "facts_of_the_file_above": (
        "Source,Office,\nUnit,kt,\nYear,Wheat,Rye\n2019,1,2\n2020*,3,4**\n",
        {},
        """
Wheat |  | kt | 2019 1, 2020 3
Rye |  | kt | 2019 2, 2020 4
""",
        {"footnote marks taken off": 1},
    ),
    "a_year_without_figure_is_no_header": (
        ";;Exports\n;2014年;(1.5)*\n;2015年;:\n;2016年;2 (e)\n;2010-2011 revised;\n",
        {},
        """
Exports |  |  | 2014 -1.5, 2016 2 estimate
""",
        {"footnote marks taken off": 1, "cells :": 1, "empty cells": 1},
    ),
    "more_lines_around_than_rows": (
        "Annual data, 2010 to 2020, of, all\nItem\tCountry\tFY2001\tFY2002\nR&D\tPeru\t5,33\t7,94\nNotes:\n© Office, 2021, and others\n1 Includes 2018\n",
        {},
        """
R&D | Peru |  | 2001 5.33, 2002 7.94
""",
        {"rows without a figure": 3},
    ),
    "a_year_in_the_name_over_years": (
        ",Index (2015=100),Index (2015=100),GDP,GDP\nCountry,FY2001,FY2002,FY2001,FY2002\nPeru,1,2,3,4\n",
        {},
        """
Index (2015=100) | Peru |  | 2001 1, 2002 2
GDP | Peru |  | 2001 3, 2002 4
""",
        {},
    ),
    "yearbook_headings_set_in": (
        "单位：亿元\n指标,2019年,2020年\n专利申请数（件）,,\n  发明,1,2\n  外观,3,4\n  #专利合作条约,1,1\n专利授权数（件）,,\n　发明,5,6\n　外观,7,8\n研发经费,9,10\n其中：,,\n企业,3,4\n",
        {},
        """
专利申请数（件）, 发明 |  | count | 2019 1, 2020 2
专利申请数（件）, 外观 |  | count | 2019 3, 2020 4
专利申请数（件）, #专利合作条约 |  | count | 2019 1, 2020 1
专利授权数（件）, 发明 |  | count | 2019 5, 2020 6
专利授权数（件）, 外观 |  | count | 2019 7, 2020 8
研发经费 |  | 亿元 | 2019 9, 2020 10
企业 |  | 亿元 | 2019 3, 2020 4
""",
        {"rows without a figure": 3},
    ),
    "headings_over_areas": (
        "Country,2019,2020\nMales,,\nChad,1,2\nPeru,3,4\nFemales,,\nChad,5,6\nPeru,7,8\nWorld,9,10\nNotes: since 2019,,\n",
        {},
        """
headings_over_areas: Males | Chad |  | 2019 1, 2020 2
headings_over_areas: Males | Peru |  | 2019 3, 2020 4
headings_over_areas: Females | Chad |  | 2019 5, 2020 6
headings_over_areas: Females | Peru |  | 2019 7, 2020 8
headings_over_areas | World |  | 2019 9, 2020 10
""",
        {"rows without a figure": 3},
    ),
    "of_which_under_each": (
        "指标,2019年,2020年\n专利申请,10,20\n其中：,,\n发明,3,4\n专利授权,30,40\n其中：,,\n发明,5,6\n进口,7,8\n#工业,1,2\n出口,9,9\n#工业,2,3\n",
        {},
        """
专利申请 |  |  | 2019 10, 2020 20
专利申请, 发明 |  |  | 2019 3, 2020 4
专利授权 |  |  | 2019 30, 2020 40
专利授权, 发明 |  |  | 2019 5, 2020 6
进口 |  |  | 2019 7, 2020 8
进口, #工业 |  |  | 2019 1, 2020 2
出口 |  |  | 2019 9, 2020 9
出口, #工业 |  |  | 2019 2, 2020 3
""",
        {"rows without a figure": 2},
    ),
    "headings_of_two_levels": (
        "Item,2019,2020\nExports,,\n  Goods,10,20\n    Food,1,2\n    Fuel,3,4\n  Services,30,40\nImports,,\n  Goods,50,60\n    Food,5,6\n    Fuel,7,8\nBalance,9,9\n",
        {},
        """
Exports, Goods |  |  | 2019 10, 2020 20
Exports, Goods, Food |  |  | 2019 1, 2020 2
Exports, Goods, Fuel |  |  | 2019 3, 2020 4
Services |  |  | 2019 30, 2020 40
Imports, Goods |  |  | 2019 50, 2020 60
Imports, Goods, Food |  |  | 2019 5, 2020 6
Imports, Goods, Fuel |  |  | 2019 7, 2020 8
Balance |  |  | 2019 9, 2020 9
""",
        {"rows without a figure": 2},
    ),
    "fred_text_in_columns": (
        """Title:               Real Product of Oz
Series ID:           OZGDP
Source:              Bureau of Oz
Units:               Billions of Chained 2017 Dollars
Date Range:          2019-01-01 to 2021-01-01
Last Updated:        2026-01-30 7:52 AM CST
Notes:               Account Code: A191RX

                     For more about this series, please see the web.

DATE          VALUE
2019-01-01   20692.087
2020-01-01   20234.074
2021-01-01       .
""",
        {},
        """
Real Product of Oz |  | Billions of Chained 2017 Dollars | 2019 20692.087, 2020 20234.074
""",
        {"cells .": 1},
    ),
    "columns_apart_with_gaps": (
        """Table 3.  Output (million tonnes)

Country            2019      2020      2021
Austria         1,234.5   1,300.1        ..
United Kingdom    998.0   1,001.2   1,050.0
  of which: Wales            11.0
Peru               12.2                14.5
Source: Office, 2022
""",
        {},
        """
Table 3. Output (million tonnes) | Austria | million tonnes | 2019 1234.5, 2020 1300.1
Table 3. Output (million tonnes) | United Kingdom | million tonnes | 2019 998.0, 2020 1001.2, 2021 1050.0
Table 3. Output (million tonnes) | of which: Wales | million tonnes | 2020 11.0
Table 3. Output (million tonnes) | Peru | million tonnes | 2019 12.2, 2021 14.5
""",
        {"cells ..": 1, "empty cells": 3, "rows without a figure": 1},
    ),
    "wide_letters_in_columns": (
        "地区        2019年     2020年\n北京        35371.3   36102.6\n黑龙江                13698.5\n",
        {},
        """
wide_letters_in_columns | 北京 |  | 2019 35371.3, 2020 36102.6
wide_letters_in_columns | 黑龙江 |  | 2020 13698.5
""",
        {"empty cells": 1},
    ),
    "words_copied_from_a_page": (
        "Table 1 Output in 2020\nCountry 2019 2020 2021\nNew Zealand 12.5 13.1 14\nPeru 1.2 .. 1.4p\nSource: Office of 2022\n",
        {},
        """
Table 1 Output in 2020 | New Zealand |  | 2019 12.5, 2020 13.1, 2021 14
Table 1 Output in 2020 | Peru |  | 2019 1.2, 2021 1.4 preliminary
""",
        {"cells ..": 1, "rows without a figure": 1},
    ),
    "words_with_years_down": (
        "Year Exports Imports\n2019 12.5 3\n2020 13.5 -\n",
        {},
        """
Exports |  |  | 2019 12.5, 2020 13.5
Imports |  |  | 2019 3
""",
        {"cells -": 1},
    ),
    "joined_files_and_marks_of_direction": (
        'Item,2019,2020\n\ufeffA,1.5 1),2.5²⁾\nB,\ufeff3,4\u200b{1}\nC,="5",\'6\n',
        {},
        """
A |  |  | 2019 1.5, 2020 2.5
B |  |  | 2019 3, 2020 4
C |  |  | 2019 5, 2020 6
""",
        {"footnote marks taken off": 3},
    ),
    "groups_over_repeated_names": (
        "Table 5 Energy,,,,\n,Production,,Use,\nYear,Coal,Gas,Coal,Gas\n,Mt,bcm,Mt,bcm\n2019,1,2,3,4\n2020,5,6,7,8\n",
        {},
        """
Production Coal Mt |  |  | 2019 1, 2020 5
Production Gas bcm |  |  | 2019 2, 2020 6
Use Coal Mt |  |  | 2019 3, 2020 7
Use Gas bcm |  |  | 2019 4, 2020 8
""",
        {},
    ),
    "wide_commas_and_names_of_r": (
        "項目，X2019，X2020\n甲，１．５，2\n",
        {},
        """
甲 |  |  | 2019 1.5, 2020 2
""",
        {},
    ),
    "every_sign_for_no_figure": (
        "Item,2019,2020,2021,2022\nA,…,x,c,1p\nB,..,n/a,-,2 e\nC,:,NaN,NULL,1 234r\nD,–,***,N/A,−4\nE,n.a.,—,,(5)\nF,na,ND,--,6\u2009000.5\n",
        {},
        """
A |  |  | 2022 1 preliminary
B |  |  | 2022 2 estimate
C |  |  | 2022 1234 revised
D |  |  | 2022 -4
E |  |  | 2022 -5
F |  |  | 2022 6000.5
""",
        {
            **{
                f"cells {sign}": 1
                for sign in [
                    "…",
                    "x",
                    "c",
                    "..",
                    "n/a",
                    "-",
                    ":",
                    "NaN",
                    "NULL",
                    "–",
                    "***",
                    "N/A",
                    "n.a.",
                    "—",
                    "na",
                    "ND",
                    "--",
                ]
            },
            "empty cells": 1,
        },
    ),
    "eurostat_flat_genesis": (
        "Statistik_Code;Zeit;1_Auspraegung_Label;BEVSTD__Bevoelkerungsstand__Anzahl\n12411;31.12.2019;Deutschland;83166711\n12411;31.12.2020;Deutschland;83155031\n",
        {"area_column": "1_Auspraegung_Label"},
        """
BEVSTD__Bevoelkerungsstand__Anzahl | Deutschland |  | 2019 83166711, 2020 83155031
""",
        {},
    ),
    "genesis_two_keys": (
        """Tabelle: 21221-0001
Ausgaben für Forschung: Deutschland, Jahre, Sektoren;;;
Ausgaben für Forschung und Entwicklung;;;
Deutschland;;;
Jahr;Sektoren;Interne Ausgaben;Anteil am BIP
;;Mill. EUR;Prozent
2019;Insgesamt;110.025;3,17
2019;Wirtschaft;75.830;2,18
2020;Insgesamt;106.583;3,13
2020;Wirtschaft;71.009;2,08
__________
Ab 2016: revidiert. 2020: vorläufig
Copyright Statistisches Bundesamt (Destatis), 2026
Stand: 29.11.2026 / 10:00:00
""".encode("cp1252"),
        {},
        """
Insgesamt, Interne Ausgaben Mill. EUR |  |  | 2019 110025, 2020 106583
Insgesamt, Anteil am BIP Prozent |  |  | 2019 3.17, 2020 3.13
Wirtschaft, Interne Ausgaben Mill. EUR |  |  | 2019 75830, 2020 71009
Wirtschaft, Anteil am BIP Prozent |  |  | 2019 2.18, 2020 2.08
""",
        {"lines of words beside the figures": 4},
    ),
    "ons_years_quarters_and_months": (
        "Title,A: CVM,B: CVM\nCDID,AAAA,BBBB\nPreUnit,£,\nUnit,m,%\nRelease Date,30-09-2025,30-09-2025\nNext release,x,x\nImportant Notes,,\n1948,10,\n1949,11,3.5\n1949 Q1,5,\n1950 Q1,6,\n1949 JAN,,1\n",
        {},
        """
A: CVM (£ m) |  |  | 1948 10, 1949 11
B: CVM (%) |  |  | 1949 3.5
""",
        {
            "empty cells": 4,
            "parts of years that are given as a whole too": 2,
            "parts of years that are not given as a whole": 1,
        },
    ),
    "page_of_two_tables": (
        "<html><body><h2>GDP</h2><table><tr><th>Country<th>2019<th>2020<tr><td>A<td>1&nbsp;000.5<td>2</table><h2>Pop</h2><table><caption>Population, in thousand</caption><tr><th>Country<th>2019<th>2020<tr><td>A<td>10<td>&lt;5</table>",
        {},
        """
GDP | A |  | 2019 1000.5, 2020 2
Population, in thousand | A |  | 2019 10
""",
        {"figures that are bounds, such as <5": 1},
    ),
    "json_lists_side_by_side": (
        '{"series":{"docs":[{"code":"X","period":["2019","2020"],"value":[1.5,2]},{"code":"Y","period":["2019"],"value":["NA"]},{"code":"Z","period":["2019"],"value":[3]}]}}',
        {},
        """
json_lists_side_by_side: X |  |  | 2019 1.5, 2020 2
json_lists_side_by_side: Z |  |  | 2019 3
""",
        {"cells NA": 1},
    ),
    "page_with_items_set_in": (
        "<table><tr><td>Item<td>2019<td>2020<tr><td>Exports<td><td><tr><td> &nbsp;&nbsp;Goods<td>1<td>2<tr><td>Imports<td><td><tr><td>&nbsp;&nbsp;Goods<td>3<td>4<tr><td>Balance<td>5<td>6</table>",
        {},
        """
Exports, Goods |  |  | 2019 1, 2020 2
Imports, Goods |  |  | 2019 3, 2020 4
Balance |  |  | 2019 5, 2020 6
""",
        {"rows without a figure": 2},
    ),
    "japanese_in_euc": (
        "地域,2019年,2020年\n東京都,1.5,2\n大阪府,3,4\n".encode("euc_jp"),
        {},
        """
japanese_in_euc | 東京都 |  | 2019 1.5, 2020 2
japanese_in_euc | 大阪府 |  | 2019 3, 2020 4
""",
        {},
    ),
    "figures_like_years": (
        "Year,Cases,Deaths\n2009,2013,1477\n2010,2011,1386\n",
        {},
        """
Cases |  |  | 2009 2013, 2010 2011
Deaths |  |  | 2009 1477, 2010 1386
""",
        {},
    ),
    "figures_like_years_below_no_name": (
        "X;Y\n2011;1477\n2010;1386\n2009;2004\n",
        {},
        """
Y |  |  | 2009 2004, 2010 1386, 2011 1477
""",
        {},
    ),
    "world_bank_api": (
        """[{"page":1,"pages":2,"per_page":3,"total":4,"sourceid":"2","lastupdated":"2026-07-01"},[
{"indicator":{"id":"NY.GDP.X","value":"GDP, per cent (%)"},"country":{"id":"PE","value":"Peru"},"countryiso3code":"PER","date":"2024","value":1.250,"unit":"","obs_status":"","decimal":0},
{"indicator":{"id":"NY.GDP.X","value":"GDP, per cent (%)"},"country":{"id":"PE","value":"Peru"},"countryiso3code":"PER","date":"2023","value":null,"unit":"","obs_status":"","decimal":0},
{"indicator":{"id":"NY.GDP.X","value":"GDP, per cent (%)"},"country":{"id":"ZG","value":"Sub-Saharan Africa"},"countryiso3code":"SSF","date":"2024","value":3,"unit":"","obs_status":"E","decimal":0}]]""",
        {},
        """
GDP, per cent (%) | Peru |  | 2024 1.250
GDP, per cent (%) | Sub-Saharan Africa |  | 2024 3 estimate
""",
        {"empty cells": 1},
    ),
    "un_sdg_api": (
        """{"size":2,"totalElements":2,"totalPages":1,"pageNumber":1,"attributes":[{"id":"Nature","codes":[{"code":"E","description":"Estimated"}]}],"dimensions":[{"id":"Sex","codes":[{"code":"MALE","sdmx":"M"}]}],"data":[
{"goal":["1"],"target":["1.1"],"indicator":["1.1.1"],"series":"SI_POV","seriesDescription":"Below the line (%)","seriesCount":"2","geoAreaCode":"4","geoAreaName":"Chad","timePeriodStart":2019.0,"value":"10.5","valueType":"Float","upperBound":null,"footnotes":["a"],"attributes":{"Nature":"E","Units":"PERCENT"},"dimensions":{"Sex":"MALE"}},
{"goal":["1"],"target":["1.1"],"indicator":["1.1.1"],"series":"SI_POV","seriesDescription":"Below the line (%)","seriesCount":"2","geoAreaCode":"4","geoAreaName":"Chad","timePeriodStart":2019.0,"value":"NaN","valueType":"Float","upperBound":null,"footnotes":[],"attributes":{"Nature":"C","Units":"PERCENT"},"dimensions":{"Sex":"FEMALE"}}]}""",
        {},
        """
Below the line (%), MALE | Chad | PERCENT | 2019 10.5 estimate
""",
        {"cells NaN": 1},
    ),
    "eurostat_json_stat": (
        """{"version":"2.0","class":"dataset","label":"GERD by sector","source":"ESTAT","updated":"2026-03-12T11:00:00+0100","value":{"0":2.10,"3":3.25,"5":7},"status":{"0":"p","3":"be","4":":","5":"f"},"id":["freq","unit","geo","time"],"size":[1,1,2,3],"dimension":{
"freq":{"label":"Time frequency","category":{"index":{"A":0},"label":{"A":"Annual"}}},"unit":{"label":"Unit of measure","category":{"index":{"PC_GDP":0},"label":{"PC_GDP":"Percentage of GDP"}}},
"geo":{"label":"Geopolitical entity","category":{"index":{"SE":1,"DE":0},"label":{"DE":"Germany","SE":"Sweden"}}},"time":{"label":"Time","category":{"index":{"2019":0,"2020":1,"2021":2},"label":{"2019":"2019","2020":"2020","2021":"2021"}}}}}""",
        {},
        """
GERD by sector | Germany | Percentage of GDP | 2019 2.10 preliminary
GERD by sector | Sweden | Percentage of GDP | 2019 3.25 estimate
""",
        {"figures marked f (forecast)": 1},
    ),
    "px_web_json_stat": (
        """{"class":"dataset","version":"2.0","label":"Population","source":"Statistics Oz","updated":"2026-02-24T07:00:00Z","id":["Region","ContentsCode","Tid"],"size":[1,2,2],"role":{"time":["Tid"],"geo":["Region"],"metric":["ContentsCode"]},"dimension":{
"Region":{"label":"region","category":{"index":["03"],"label":{"03":"Emerald City"}}},"ContentsCode":{"label":"contents","category":{"index":{"P":0,"D":1},"label":{"P":"Persons","D":"Share"},"unit":{"P":{"base":"persons","decimals":0},"D":{"base":"per cent","decimals":1}}}},
"Tid":{"label":"year","category":{"index":{"2019":0,"2020":1},"label":{"2019":"2019","2020":"2020"}}}},"value":[100,200,5.5,null]}""",
        {},
        """
Population: Persons | Emerald City | persons | 2019 100, 2020 200
Population: Share | Emerald City | per cent | 2019 5.5
""",
        {},
    ),
    "owid_json": (
        """{"Chad":{"iso_code":"TCD","data":[{"year":2019,"co2":1.50},{"year":2020,"co2":1.6,"population":9}]},"World":{"data":[{"year":2019,"co2":30.5}]}}""",
        {},
        """
co2 | Chad |  | 2019 1.50, 2020 1.6
co2 | World |  | 2019 30.5
population | Chad |  | 2020 9
""",
        {"empty cells": 2},
    ),
    "json_by_name": (
        '{"gdp":{"unit":"bn","data":[{"year":2019,"value":1.5},{"year":2020,"value":2}]},"pop":{"unit":"m","data":[{"year":2019,"value":3}]}}',
        {},
        """
json_by_name: gdp |  | bn | 2019 1.5, 2020 2
json_by_name: pop |  | m | 2019 3
""",
        {},
    ),
    "bls_api": (
        """{"status":"REQUEST_SUCCEEDED","Results":{"series":[{"seriesID":"LNS1","data":[{"year":"2020","period":"M13","periodName":"Annual","latest":"true","value":"8.1","footnotes":[{}]},{"year":"2019","period":"M13","periodName":"Annual","value":"3.7","footnotes":[{}]}]},{"seriesID":"LNS2","data":[{"year":"2019","period":"M13","periodName":"Annual","value":"4","footnotes":[{"code":"P"}]}]}]}}""",
        {},
        """
bls_api: LNS1 |  |  | 2019 3.7, 2020 8.1
bls_api: LNS2 |  |  | 2019 4
""",
        {},
    ),
    "page_named_xls": (
        """<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"><style>td{x:y}</style></head><body>
<table width=100%><tr><td><a href=#>2019</a><td>2020<tr><td><h3>表3-1 研发经费</h3><p align=right>单位：亿元</p>
<table border=1><tr><th rowspan=2>项 目<th colspan=2>研发经费<tr><th>2019年<sup>1</sup><th>2020年
<tr><td>全&nbsp;国<sup>2</sup><td>1,163.54<sup>1)</sup><td>1,300.5
<tr><td>&nbsp;&nbsp;深圳<td><span style="display:none">9999</span>800.97<sup>p</sup><td><s>5</s> 900
<tr><td>珠海<td>…<td>－
<tr><td colspan=3>注：1 初步数，见2018年<tr></table></table></body></html>""".encode("gb18030"),
        {},
        """
全国² |  | 亿元 | 2019 1163.54, 2020 1300.5
深圳 |  | 亿元 | 2019 800.97 preliminary, 2020 900
""",
        {
            "footnote marks taken off": 1,
            "cells …": 1,
            "cells －": 1,
            "lines of words beside the figures": 1,
            "rows without a figure": 1,
        },
    ),
    "spreadsheet_2003_xml": (
        """<?xml version="1.0" encoding="gb2312"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:x="urn:schemas-microsoft-com:office:excel">
<Styles><Style ss:ID="p"><NumberFormat ss:Format="0.0%"/></Style></Styles>
<Worksheet ss:Name="数据"><Table>
<Row><Cell ss:MergeAcross="3"><Data ss:Type="String">R&amp;D 经费</Data></Cell></Row>
<Row ss:Index="3"><Cell><Data ss:Type="String">地区</Data></Cell><Cell ss:Index="3"><Data ss:Type="Number">2019</Data></Cell><Cell><Data ss:Type="Number">2020</Data></Cell></Row>
<Row><Cell><Data ss:Type="String">深圳</Data></Cell><Cell ss:Index="3" ss:StyleID="p"><Data ss:Type="Number">0.0493</Data></Cell><Cell ss:StyleID="p"><Data ss:Type="Number">5.4600000000000003E-2</Data></Cell></Row>
<Row><Cell><Data ss:Type="String">广州</Data></Cell><Cell ss:Index="3" ss:StyleID="p"><Data ss:Type="Number">0.01</Data></Cell><Cell ss:StyleID="p" ss:Formula="=RC[-1]"><Data ss:Type="Number">0.05</Data></Cell></Row>
</Table></Worksheet><Worksheet ss:Name="old"><Table><Row><Cell><Data ss:Type="String">地区</Data></Cell><Cell><Data ss:Type="Number">2018</Data></Cell></Row></Table><WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet></Workbook>""".encode(
            "gb18030"
        ),
        {},
        """
R&D 经费 | 深圳 | % | 2019 4.93, 2020 5.46
R&D 经费 | 广州 | % | 2019 1
""",
        {"formulas, whose results are to be pasted as values": 1, "hidden sheets (old)": 1},
    ),
}


def lines_of(readings):
    """Give a line a series and area: its name, area, unit, and years with digits and status."""
    found = {}
    for row in readings.frame.itertuples():
        series, area = readings.series[row.series], readings.areas[row.area].name
        figures = found.setdefault(f"{series.name} | {area} | {series.unit}", [])
        figures.append(f"{row.year} {row.text} {row.status}".strip())
    return [f"{name} | {', '.join(figures)}" for name, figures in found.items()]


@pytest.mark.parametrize("name", STAND_INS)
def test_a_file_of_a_publisher_is_read_value_by_value(name):
    text, choices, expected, passed = STAND_INS[name]
    content = text if isinstance(text, bytes) else text.encode()
    readings = read_figures(content, f"{name}.csv", Choices(**choices))
    assert lines_of(readings) == expected.strip().splitlines()
    assert dict(readings.passed) == passed


@pytest.mark.parametrize(
    ("text", "choices", "message"),
    [
        ("DATE,X\n2024-01-01,1\n2024-02-01,2\n", {"annual": "sum"}, "2: year: 2024-01-01: no year is whole: there are at most 2"),
        ("Month,X\n2020-01,1\n2020-02,2\n", {"annual": "mean"}, "2020-01: no year is whole"),
        ("Period,X\n2015-Q1,1\n2016-Q1,2\n", {}, "1 figure for a part of one year; say what makes the year"),
        ("Period,X\n2001-03,1\n2002-04,2\n2003-05,3\n", {"annual": "last"}, "2001-03: a period over several years"),
        ("a;Jahr;Wert\nx;2015;1,5\nx;2016;2.5\n", {"decimal": "comma"}, "3: Wert: 2.5: a decimal point where others"),
        ("Land\t2015\t2016\nA\t1.234\t2.345\n", {}, "1.234 in row 2, column 2015 can be 1.234 or 1234"),
        ("REF_AREA,TIME_PERIOD,OBS_VALUE,UNIT_MULT\nDE,2021,5,6\nDE,2022,6,\n", {}, "3: OBS_VALUE: 6: no multiplier, which other"),
        ("REF_AREA,TIME_PERIOD,OBS_VALUE,UNIT_MULT\nDE,2021,5,dozens\n", {}, "2: UNIT_MULT: dozens: no power of ten"),
        ("Item,2015,2016\nX,5,6\nX,5,7\n", {}, "3: year: 2016: year given twice, first in row 2 with 6"),
        ("Item,2015,2016,2017\nX,5,6,7\nItem,2005,2006,2007\nY,1,2,3\n", {}, "3: header: 2005, 2006, 2007: other years"),
        ("Month,X\n" + "".join(f"2020-{m:02},{m}\n" for m in range(1, 13)) + "2020-05,9\n", {"annual": "sum"}, "14: year: 2020: year given twice"),
        ("Item,2015,2016\nX,5 (wrong),6\n", {}, "2: 2015: 5 (wrong): not a number"),
        ("<html><table><tr><td>Item</td><td>2015</td></tr></table></html>", {}, "it is a web page without a table; ask for CSV"),
        ("<table><tr><td>Item<td>2015<td>2016<tr><td>X<td>5k<td>6</table>", {}, "2: 2015: 5k: not a number"),
        ('<?xml version="1.0"?><wb:data xmlns:wb="x"/>', {}, "it is XML, whatever its name says"),
        ("MIME-Version: 1.0\nContent-Type: multipart/related", {}, "it is a web archive"),
        ("Country 2019 2020\nPeru 1 234\n", {}, "2: row: Peru 1 234: it cannot be told which columns"),
        ("Country 2019 2020\nPeru 1 2\nChile 3\n", {}, "3: row: Chile 3: it cannot be told which columns"),
        ("Country 2019 2020\nAge 65 1 2\n", {}, "2: row: Age 65 1 2: it cannot be told which columns"),
        ("Country   2019   2020\nPeru   1   2\nA name that is very long   5   6   7\n", {}, "7: it cannot be told which columns the cells stand in"),
        ("Country   2019   2020\nPeru      1      2\nChile       30000000\n", {}, "3: row: Chile 30000000: it cannot be told"),
        ('[{"item": "X", "amount": 5}]', {}, "JSON without a list of records that have a year each"),
        ('[{"item": "X", "year": "2015", "amount": ', {}, "no JSON (Expecting value"),
        ('{"structure": {}, "dataSets": []}', {}, "it is SDMX-JSON; ask for SDMX-CSV"),
        ('{"class":"dataset","id":["time"],"size":[2],"value":[1,2,3],"dimension":{"time":{"category":{"index":["2019","2020"]}}}}', {}, "its sizes are [2], and other numbers of names or values"),
        ("Item,2015,2016\nX,..,n/a\n", {}, "no figure was found (passed over: 1 cells ..; 1 cells n/a)"),
    ],
)  # fmt: skip
def test_what_would_be_a_wrong_number_is_refused_by_its_place(text, choices, message):
    with pytest.raises(FormError) as caught:
        read_figures(text.encode(), "t.csv", Choices(**choices))
    assert message in "\n".join(map(str, caught.value.problems))
    assert all(problem.file == "t.csv" for problem in caught.value.problems)


def workbook(*sheets, hidden=(), formats=()):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if name in hidden:
            sheet.sheet_state = "hidden"
    for name, cell, form in formats:
        book[name][cell].number_format = form
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def as_ods(*sheets):
    """Write the least that is a workbook of OpenDocument."""
    tables = "".join(
        f'<table:table table:name="{name}">'
        + "".join("<table:table-row>" + "".join(map(_ods_cell, row)) + "</table:table-row>" for row in rows)
        + "</table:table>"
        for name, rows in sheets
    )  # fmt: skip
    names = "".join(
        f' xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"'
        for n in ("office", "table", "text")
    )
    content = f"<office:document-content{names}><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("META-INF/manifest.xml", "<manifest/>")
        packed.writestr("content.xml", content)
    return stream.getvalue()


def _ods_cell(value):
    if isinstance(value, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    text = "" if value is None else value
    return (
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
    )


TWO_TABLES = (
    ("Cover", [["Statistics 2015 to 2016"], ["Published", "2017-01-01"]]),
    (
        "GDP",
        [
            ["Table 1 GDP"],
            ["Unit: million USD"],
            ["Country", 2015, 2016],
            ["A", 1.5, 2],
            ["B", 3, "..."],
        ],
    ),
    (
        "Pop",
        [
            ["Table 2 Population"],
            ["Unit: thousand"],
            ["Country", 2015, 2016],
            ["A", 10, 20],
            ["All", "=B4", 20],
        ],
    ),
)


@pytest.mark.parametrize("made", [workbook, as_ods])
def test_sheets_of_other_quantities_keep_their_titles_and_units(made):
    if made is as_ods:
        pytest.importorskip("python_calamine", reason="ods needs the extra files")
    readings = read_figures(made(*TWO_TABLES), "w")
    assert lines_of(readings) == [
        "Table 1 GDP | A | million USD | 2015 1.5, 2016 2",
        "Table 1 GDP | B | million USD | 2015 3",
        "Table 2 Population | A | thousand | 2015 10, 2016 20",
        "Table 2 Population | All | thousand | 2016 20",
    ]
    assert dict(readings.passed) == {
        "sheets without years": 1,
        "cells ...": 1,
        "formulas, whose results are to be pasted as values": 1,
    }


def test_sheets_of_other_years_are_one_series_and_copies_and_hidden_ones_are_passed_over():
    old, new = [["Country", 2005], ["A", 1]], [["Country", 2015, 2016], ["A", 10, 20]]
    hidden = [["Country", 2015, 2016], ["A", 11, 20]]
    sheets = (("2000s", old), ("2010s", new), ("copy", new), ("old", hidden))
    readings = read_figures(workbook(*sheets, hidden=("old",)), "w.xlsx")
    assert lines_of(readings) == ["w | A |  | 2005 1, 2015 10, 2016 20"]
    assert dict(readings.passed) == {
        "hidden sheets (old)": 1,
        "figures that are given twice alike": 2,
    }
    [first, *_] = read_figures(workbook(*sheets[1:]), "w.xlsx").layouts
    assert first.years == {1: "2015", 2: "2016"}


def test_a_number_typed_as_text_is_told_from_one_of_the_workbook():
    rows = [["Land", 2015, 2016], ["A", "1,234", "2,345"], ["B", 1.5, 2.5]]
    with pytest.raises(FormError, match=r"can be 1234 or 1\.234"):
        read_figures(workbook(("D", rows)), "x.xlsx")
    rows[1] = ["A", "12,5", "1\u00a0234,5"]
    readings = read_figures(workbook(("D", rows)), "x.xlsx")
    assert lines_of(readings) == [
        "x | A |  | 2015 12.5, 2016 1234.5",
        "x | B |  | 2015 1.5, 2016 2.5",
    ]


@pytest.mark.parametrize(
    "head", [[["GEO (Labels)", "Belgium", None, "Atlantis", None], ["TIME"]],
             [["GEO (Labels)", "Belgium", None, "Austria", None]]],
)  # fmt: skip
def test_a_transposed_workbook_of_the_browser_keeps_the_flags_beside_each_area(head):
    above = [["Data extracted on 12/03/2026 10:22:33 from [ESTAT]"], ["Dataset: ", "Leavers [x]"],
             ["Time frequency", None, "Annual"], ["Unit of measure", None, "Percentage"], []]  # fmt: skip
    rows = [["2021", 8.1, "b", 9.4, None], ["2022", ":", None, 8.5, "p"], ["2023", 6.2, "e", 8.4, "bp"],
            [], ["Special value"], [":", "not available"], ["b", "break in time series"]]  # fmt: skip
    readings = read_figures(workbook(("Sheet 1", above + head + rows)), "x.xlsx")
    assert lines_of(readings) == [
        "Leavers [x] | Belgium | Percentage | 2021 8.1, 2023 6.2 estimate",
        f"Leavers [x] | {head[0][3]} | Percentage | 2021 9.4, 2022 8.5 preliminary, 2023 8.4 preliminary",
    ]
    assert readings.passed["cells :"] == 1


def test_two_keys_over_a_transposed_workbook_of_the_browser_are_one_name():
    rows = [["Data extracted on 12/03/2026 10:22:33 from [ESTAT]"], ["Dataset: ", "Leavers [x]"], ["Unit of measure", None, "Percentage"], [],
            ["SEX (Labels)", "Males", None, "Males", None, "Females", None], ["GEO (Labels)", "Belgium", None, "Austria", None, "Austria", None], ["TIME"],
            ["2021", 8.1, "b", 9.4, None, 1, None], ["2022", ":", None, 8.5, "p", 3, "e"]]  # fmt: skip
    assert lines_of(read_figures(workbook(("Sheet 1", rows)), "x.xlsx")) == [
        "Males Belgium |  | Percentage | 2021 8.1",
        "Males Austria |  | Percentage | 2021 9.4, 2022 8.5 preliminary",
        "Females Austria |  | Percentage | 2021 1, 2022 3 estimate",
    ]


def test_rows_that_describe_each_column_of_a_workbook_are_its_name_unit_and_code():
    rows = [[None, "GDP ;", "Population ;"], ["Unit", "$ Millions", "000"], ["Frequency", "Annual", "Annual"],
            ["Series Start", datetime(2019, 6, 1), datetime(2019, 6, 1)], ["Series ID", "A1", "A2"],
            *([datetime(year, 6, 1), year + 0.5, year - 1000] for year in (2019, 2020, 2021))]  # fmt: skip
    readings = read_figures(workbook(("Data1", rows)), "x.xlsx")
    assert lines_of(readings) == [
        "GDP ; ($ Millions) |  |  | 2019 2019.5, 2020 2020.5, 2021 2021.5",
        "Population ; (000) |  |  | 2019 1019, 2020 1020, 2021 1021",
    ]
    assert [name.code for name in readings.series] == ["A1", "A2"]
    assert unit_of("", readings.series[1].name) == "thousand units"


def test_an_item_set_in_by_its_style_is_told_by_what_stands_over_it():
    book = openpyxl.Workbook()
    for row in (
        ["Item", 2019, 2020],
        ["Exports"],
        ["Goods", 1, 2],
        ["Imports"],
        ["Goods", 3, 4],
        ["Goods of all", 4, 6],
    ):
        book.active.append(row)
    for cell in ("A3", "A5"):
        book.active[cell].alignment = openpyxl.styles.Alignment(indent=1)
    stream = io.BytesIO()
    book.save(stream)
    assert lines_of(read_figures(stream.getvalue(), "t.xlsx")) == [
        "Exports, Goods |  |  | 2019 1, 2020 2",
        "Imports, Goods |  |  | 2019 3, 2020 4",
        "Goods of all |  |  | 2019 4, 2020 6",
    ]


def test_groups_over_repeated_years_and_the_unit_of_the_corner():
    rows = [
        ["3-1 各地区R&D经费"], [None, None, None, None, "单位：万元"],
        ["地 区", "R&D经费", None, "投入强度(%)", None], [None, "2023年", "2024年", "2023年", "2024年"],
        ["全 国", 333571000, 363268000, 2.65, 2.69], ["  #深圳", 22366000, 24530700, 6.46, 6.67],
    ]  # fmt: skip
    readings = read_figures(workbook(("3-1", rows)), "y.xlsx")
    assert lines_of(readings) == [
        "R&D经费 | 全国 | 万元 | 2023 333571000, 2024 363268000",
        "R&D经费 | #深圳 | 万元 | 2023 22366000, 2024 24530700",
        "投入强度(%) | 全国 |  | 2023 2.65, 2024 2.69",
        "投入强度(%) | #深圳 |  | 2023 6.46, 2024 6.67",
    ]


@pytest.mark.parametrize(
    "head",
    [
        [["TIME", None, "2021", None, "2022", None], ["SEX (Labels)", "GEO (Labels)"]],
        [["TIME", None, "2021", None, "2022", None], ["GEO (Codes)", "GEO (Labels)"]],
    ],
)
def test_two_keys_below_the_years_of_a_browser_workbook(head):
    keys = (
        [("Total", "Austria"), ("Males", "Austria")]
        if "SEX" in head[1][0]
        else [("AT", "Austria"), ("BE", "Belgium")]
    )
    above = [
        ["Data extracted on 12/03/2026 10:22:33 from [ESTAT]"],
        ["Dataset: ", "GERD [rd_e]"],
        [],
        ["Time frequency", None, "Annual"],
        ["Unit of measure", None, "Million euro"],
        [],
    ]
    rows = [*above, *head, [*keys[0], 1.5, "p", ":", "c"], [*keys[1], 112000, "b", 121000, "ep"]]
    readings = read_figures(workbook(("Sheet 1", rows)), "rd.xlsx")
    first, second = (
        ("GERD [rd_e]: Total", "GERD [rd_e]: Males")
        if "SEX" in head[1][0]
        else ("GERD [rd_e]",) * 2
    )
    assert lines_of(readings) == [
        f"{first} | {keys[0][1]} | Million euro | 2021 1.5 preliminary",
        f"{second} | {keys[1][1]} | Million euro | 2021 112000, 2022 121000 estimate",
    ]


def test_what_cannot_be_used_beside_whole_series_is_set_aside_by_its_place():
    text = "Year,A,B\n2015,1,1.5\n2016,2,oops\n2017,3,2.5\n"
    readings = read_figures(text.encode(), "t.csv", aside=True)
    assert lines_of(readings) == ["A |  |  | 2015 1, 2016 2, 2017 3"]
    [told] = readings.faulty.values()
    assert str(told).startswith("t.csv:3: B: oops: not a number; ")
    text = (
        "FREQ,Year,Value\nA,2015,9\nA,2016,8\nQ,2015-Q1,1\nQ,2015-Q2,2\nQ,2015-Q3,3\nQ,2015-Q4,4\n"
    )
    readings = read_figures(text.encode(), "t.csv", aside=True)
    assert [line.partition(" | ")[2] for line in lines_of(readings)] == [" |  | 2015 9, 2016 8"]
    [told] = readings.faulty.values()
    assert str(told).startswith("t.csv:4: Value: 2015-Q1: parts of a year, ")
    with pytest.raises(FormError, match="say what makes the year"):
        read_figures(text.encode(), "t.csv")


def test_a_column_without_a_name_is_chosen_by_its_number():
    text = ",GDP,GDP,Pop,Pop\n,2019,2020,2019,2020\nOz,1,2,3,4\n"
    readings = read_figures(text.encode(), "t.csv", Choices(area_column="1"))
    assert lines_of(readings) == ["GDP | Oz |  | 2019 1, 2020 2", "Pop | Oz |  | 2019 3, 2020 4"]


def test_columns_of_one_text_are_named_as_a_scale_may_stand_in_one():
    text = "Country,Stufe,Year,Value\nA,Tsd.,2015,5\nA,Tsd.,2016,6\n"
    assert "the same in all rows: Stufe Tsd." in read_figures(text.encode(), "t.csv").notes


def test_parquet_and_packed_text_are_read_as_the_text_is():
    pytest.importorskip("pyarrow", reason="Parquet is optional")
    frame = pd.DataFrame(
        {"country": ["A", "A"], "year": [2015, 2016], "value": [1.234, 2.5], "unit": ["kt", "kt"]}
    )
    stream = io.BytesIO()
    frame.to_parquet(stream)
    text = frame.to_csv(index=False).encode()
    for content in (stream.getvalue(), text, gzip.compress(text)):
        assert lines_of(read_figures(content, "x.csv")) == ["x | A | kt | 2015 1.234, 2016 2.5"]


ONE = ["--publisher", "Office"]
OPTIONS = {
    "world_bank_quoted": [],
    "eurostat_tsv_falling_years": ["--published", "2026-05-01"],
    "eurostat_csv_labels_and_codes": [],
    "sdmx1_multipliers": ONE,
    "oecd_labels_alone": ONE,
    "oecd_data_portal": [],
    "open_sdg_words_for_scale": [*ONE, "--area", "Oz"],
    "fred_months_and_quarters": ["--annual", "mean", "--area", "Oz", "--unit", "kt x"],
    "owid_short_names": ["--unit", "kt x"],
    "iamc_long": ONE,
    "hub_weeks": ["--annual", "sum", *ONE, "--unit", "kt x"],
    "un_sdg_bounds": [],
    "wipo_technology": [],
    "wipo_grouped": [],
    "yearbook_units_below": [*ONE, "--area", "Shenzhen"],
    "yearbook_one_year": ONE,
    "taiwan": [*ONE, "--area", "Taiwan"],
    "world_bank_api": [],
    "un_sdg_api": [],
    "eurostat_json_stat": [],
    "px_web_json_stat": [],
    "owid_json": [*ONE, "--unit", "kt x"],
    "bls_api": [*ONE, "--area", "Oz", "--unit", "kt x"],
    "page_named_xls": [*ONE, "--area", "Shenzhen"],
    "spreadsheet_2003_xml": ONE,
}
"""Of each form what has to be said: at most three options."""


@pytest.mark.parametrize("name", OPTIONS)
def test_a_form_enters_with_one_command_and_at_most_three_options(name, tmp_path, capsys):
    text, *_ = STAND_INS[name]
    path, plan, options = tmp_path / f"{name}.csv", tmp_path / "plan", OPTIONS[name]
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    assert sum(option.startswith("--") for option in options) <= 3
    assert main(["import", str(path), "--into", str(plan), "--yes", *options]) == 0
    told = capsys.readouterr()
    choices = Choices(annual=options[1] if "--annual" in options else "")
    frame = read_figures(path.read_bytes(), path.name, choices).frame
    raw = read_raw(plan).observations
    aside = told.err.count("set aside: ")
    assert len(raw) + aside == len(frame)
    assert set(raw["value"]) <= set(frame["text"].astype(float))
    assert set(raw["status"]) <= {"final", *frame["status"]}
    assert main(["check", "--raw-dir", str(plan)]) == 0


WITHOUT_AREA = {
    "dated": (
        "date,value\n2019-01-31,3\n2019-07-31,4\n2020-01-31,1\n2020-07-31,3\n",
        ["--annual", "mean", *ONE, "--unit", "kt x"],
        {2019: 3.5, 2020: 2},
    ),
    "fiscal": (
        "Year,Enrolment\n2015/16,61\n2016/17,62.5\n",
        ["--span", "last", *ONE, "--unit", "%"],
        {2016: 61, 2017: 62.5},
    ),
}
"""Files without a name for their series or area: what has to be said where the plan is of one."""


def _plan_of(areas, tmp_path):
    """Make a plan of another series for some areas."""
    path, plan = tmp_path / "other.csv", tmp_path / "plan"
    rows = [f"{area},{year},{year - 2010}" for area in areas for year in (2015, 2016)]
    path.write_text("\n".join(["country,year,Jobs (kt x)", *rows, ""]))
    assert main(["import", str(path), "--into", str(plan), "--yes", *ONE]) == 0
    return plan


@pytest.mark.parametrize("name", WITHOUT_AREA)
def test_a_file_without_an_area_is_of_the_only_one_of_the_plan(name, tmp_path, capsys):
    text, options, expected = WITHOUT_AREA[name]
    plan, path = _plan_of(["Oz"], tmp_path), tmp_path / f"{name}.csv"
    path.write_text(text)
    assert sum(option.startswith("--") for option in options) <= 3
    assert main(["import", str(path), "--into", str(plan), "--yes", *options]) == 0
    assert "to check: area: oz, the only one of the folder" in capsys.readouterr().out
    raw = read_raw(plan).observations.query("indicator != 'jobs'")
    assert set(raw["area"]) == {"oz"}
    assert dict(zip(raw["year"], raw["value"], strict=True)) == expected
    assert main(["check", "--raw-dir", str(plan)]) == 0


def test_what_a_file_does_not_say_is_asked_for_all_at_once(tmp_path, capsys):
    plan, path = _plan_of(["Oz", "Erewhon"], tmp_path), tmp_path / "dated.csv"
    path.write_text(WITHOUT_AREA["dated"][0])
    assert main(["import", str(path), "--into", str(plan), "--yes", "--annual", "mean"]) == 2
    told = capsys.readouterr().err.splitlines()
    assert [line.split()[0] for line in told] == ["--publisher", "--area", "--unit"]
